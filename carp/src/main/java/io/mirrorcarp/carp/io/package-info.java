// SPDX-License-Identifier: BSD-2-Clause
/** The advertisement socket, announcements, virtual addresses and the link monitor, with their in-memory twins. */
@NullMarked
package io.mirrorcarp.carp.io;

import org.jspecify.annotations.NullMarked;
