// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.firewall;

/** The nftables rulesets of the lab's routers. */
public final class PacketFilter {
    /**
     * A strict firewall: drop by default, invalid dropped first, only the LAN opens connections, and these leave with the
     * virtual address. A packet of a connection that the router does not know gets nowhere, so only replicated state
     * carries a connection over.
     *
     * <p>While a router is master, packets to the virtual MAC come in on a macvlan above wan0 or lan0, so the rules name
     * networks rather than devices where the two would differ.
     */
    public static final String STRICT = """
            table inet filter {
              chain untracked {
                type filter hook prerouting priority raw; policy accept;
                meta l4proto { 112, 240 } notrack
                iifname "sync0" tcp dport 7240 notrack
                iifname "sync0" tcp sport 7240 notrack
              }
              chain untracked_out {
                type filter hook output priority raw; policy accept;
                meta l4proto { 112, 240 } notrack
                oifname "sync0" tcp dport 7240 notrack
                oifname "sync0" tcp sport 7240 notrack
              }
              chain input {
                type filter hook input priority filter; policy drop;
                ct state invalid counter drop
                iifname "lo" accept
                iifname { "wan0", "lan0" } meta l4proto 112 accept
                iifname "sync0" meta l4proto 240 accept
                iifname "sync0" tcp dport 7240 accept
                iifname "sync0" tcp sport 7240 tcp flags & (syn | ack) != syn accept
                ct state established,related accept
                icmp type echo-request accept
                icmpv6 type { echo-request, nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept
              }
              chain forward {
                type filter hook forward priority filter; policy drop;
                ct state invalid counter drop
                ct state established,related accept
                iifname != "wan0" ip saddr 10.0.0.0/24 ip daddr != 10.0.0.0/24 ct state new accept
              }
            }
            table ip nat {
              chain postrouting {
                type nat hook postrouting priority srcnat;
                ip saddr 10.0.0.0/24 ip daddr != 10.0.0.0/24 snat to 203.0.113.1
              }
            }
            """;

    private PacketFilter() {}
}
