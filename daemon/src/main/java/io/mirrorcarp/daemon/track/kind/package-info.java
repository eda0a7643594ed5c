// SPDX-License-Identifier: BSD-2-Clause
/** The kinds of a [check.NAME]: one class each. */
@NullMarked
package io.mirrorcarp.daemon.track.kind;

import org.jspecify.annotations.NullMarked;
