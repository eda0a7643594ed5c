// SPDX-License-Identifier: BSD-2-Clause
/** The packet filter of a router of a pair: one list of rules, printed for nftables and for iptables. Pure. */
@NullMarked
package io.mirrorcarp.filter;

import org.jspecify.annotations.NullMarked;
