// SPDX-License-Identifier: BSD-2-Clause
/** Seals and opens frames: key derivation, nonces, the replay window. Pure. */
@NullMarked
package io.mirrorcarp.pfsync.auth;

import org.jspecify.annotations.NullMarked;
