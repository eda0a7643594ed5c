// SPDX-License-Identifier: BSD-2-Clause
/** The pfsync verticle and the seams to the table it replicates. */
@NullMarked
package io.mirrorcarp.pfsync;

import org.jspecify.annotations.NullMarked;
