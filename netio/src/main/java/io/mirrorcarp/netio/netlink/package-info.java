// SPDX-License-Identifier: BSD-2-Clause
/** Netlink messages and attributes, read and written in place in a direct buffer. Pure. */
@NullMarked
package io.mirrorcarp.netio.netlink;

import org.jspecify.annotations.NullMarked;
