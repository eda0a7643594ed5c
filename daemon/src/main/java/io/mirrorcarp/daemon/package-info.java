// SPDX-License-Identifier: BSD-2-Clause
/** carpd: the straight-line main, the wiring, the shutdown order. */
@NullMarked
package io.mirrorcarp.daemon;

import org.jspecify.annotations.NullMarked;
