// SPDX-License-Identifier: BSD-2-Clause
/** Instruments: CPU time, memory, bytes on the wire, latencies, and the floors that the kernel sets. */
@NullMarked
package io.mirrorcarp.bench.gauge;

import org.jspecify.annotations.NullMarked;
