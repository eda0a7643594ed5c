// SPDX-License-Identifier: BSD-2-Clause
/** The network that is measured in, and what the kernel tells about it. */
@NullMarked
package io.mirrorcarp.bench.bed;

import org.jspecify.annotations.NullMarked;
