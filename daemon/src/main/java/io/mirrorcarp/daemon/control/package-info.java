// SPDX-License-Identifier: BSD-2-Clause
/** The control socket: one status snapshot, several renderings. */
@NullMarked
package io.mirrorcarp.daemon.control;

import org.jspecify.annotations.NullMarked;
