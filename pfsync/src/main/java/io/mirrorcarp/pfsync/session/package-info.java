// SPDX-License-Identifier: BSD-2-Clause
/** Peers, their lives and streams: who is there, what was received, what is acknowledged, what is sent again. Pure. */
@NullMarked
package io.mirrorcarp.pfsync.session;

import org.jspecify.annotations.NullMarked;
