// SPDX-License-Identifier: BSD-2-Clause
/** {@code carpctl init} and {@code carpctl pair}: the first configuration of a pair, and the second node's. */
@NullMarked
package io.mirrorcarp.ctl.setup;

import org.jspecify.annotations.NullMarked;
