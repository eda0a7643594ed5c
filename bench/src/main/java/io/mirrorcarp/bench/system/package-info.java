// SPDX-License-Identifier: BSD-2-Clause
/** The systems that are compared, as processes on the two firewalls. */
@NullMarked
package io.mirrorcarp.bench.system;

import org.jspecify.annotations.NullMarked;
