// SPDX-License-Identifier: BSD-2-Clause
/** {@code carpctl trace}: frames of both protocols, in words and in files. */
@NullMarked
package io.mirrorcarp.ctl.trace;

import org.jspecify.annotations.NullMarked;
