// SPDX-License-Identifier: BSD-2-Clause
/** JMH micro-benchmarks of what each flow passes through. */
@NullMarked
package io.mirrorcarp.bench.codec;

import org.jspecify.annotations.NullMarked;
