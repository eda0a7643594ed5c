// SPDX-License-Identifier: BSD-2-Clause
/** Whose word counts: what the local kernel does is told, what peers tell is imported, and conflicts are decided. Pure. */
@NullMarked
package io.mirrorcarp.pfsync.claims;

import org.jspecify.annotations.NullMarked;
