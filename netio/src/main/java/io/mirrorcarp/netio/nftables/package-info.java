// SPDX-License-Identifier: BSD-2-Clause
/** Tables of nf_tables, through netlink: those that a process owns, so that they end with it. */
@NullMarked
package io.mirrorcarp.netio.nftables;

import org.jspecify.annotations.NullMarked;
