// SPDX-License-Identifier: BSD-2-Clause
/** The replication machine: peers, epochs, sequences, gaps, repair and bulk updates. Pure. */
@NullMarked
package io.mirrorcarp.pfsync.protocol;

import org.jspecify.annotations.NullMarked;
