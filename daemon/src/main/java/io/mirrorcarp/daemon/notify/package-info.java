// SPDX-License-Identifier: BSD-2-Clause
/** Tells people and programs elsewhere what happened, never in the way of the election. */
@NullMarked
package io.mirrorcarp.daemon.notify;

import org.jspecify.annotations.NullMarked;
