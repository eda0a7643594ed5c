// SPDX-License-Identifier: BSD-2-Clause
/** Side-by-side measurements of carpd against conntrackd, keepalived and ucarp. */
@NullMarked
package io.mirrorcarp.bench;

import org.jspecify.annotations.NullMarked;
