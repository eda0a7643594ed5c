// SPDX-License-Identifier: BSD-2-Clause
/** Conntrack entries to and from ctnetlink attributes. Pure. */
@NullMarked
package io.mirrorcarp.conntrack.netlink;

import org.jspecify.annotations.NullMarked;
