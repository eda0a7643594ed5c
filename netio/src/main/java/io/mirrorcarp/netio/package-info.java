// SPDX-License-Identifier: BSD-2-Clause
/** Linux descriptors with one owner each: raw IP, packet and netlink sockets, batched, on the Vert.x event loop. No protocol knowledge. */
@NullMarked
package io.mirrorcarp.netio;

import org.jspecify.annotations.NullMarked;
