// SPDX-License-Identifier: BSD-2-Clause
/** The channel on the sync device: IP protocol 240, multicast or unicast. */
@NullMarked
package io.mirrorcarp.pfsync.io;

import org.jspecify.annotations.NullMarked;
