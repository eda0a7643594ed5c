// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

/** The packet filter of both firewalls: strict, and with a rule for each kind. The port tells the kind. */
final class KindsRules {
    static final int TCP = 9000;
    static final int POOL = 9002;
    static final int RANDOM = 9003;
    static final int MARK = 9004;
    static final int ORIGINAL_ZONE = 9005;
    static final int UNTRANSLATED6 = 9006;
    static final int ZONE = 9007;
    static final int SYNPROXY = 9008;
    static final int LABEL = 9009;
    static final int STREAM = 9011;
    static final int REMARKED = 9012;
    static final int COUNTED = 9013;
    static final int LABEL_LATER = 9015;
    static final int EXPECTS = 9017;
    /** And the five after it. */
    static final int HALFWAY = 9020;

    static final int REPLY_ZONE = 9030;
    static final int DNAT = 8080;
    static final int DNAT_TARGET = 80;
    static final int HAIRPIN = 8081;
    static final int HAIRPIN_TARGET = 81;
    static final int UDP = 5000;
    static final int PATIENT = 5010;
    static final int Q931 = 1720;
    static final int RAS = 1719;
    /** To these the client may connect only where a helper expects it. */
    static final int EXPECTED_FIRST = 40_000;

    static final int EXPECTED_COUNT = 10_000;

    static final String TEXT = """
            table inet raw {
              chain prerouting {
                type filter hook prerouting priority raw;
                meta l4proto { 112, 240 } notrack
                iifname "sync0" tcp dport 7240 notrack
                iifname "sync0" tcp sport 7240 notrack
                ip saddr 10.0.0.0/24 tcp dport 9005 ct original zone set 5
                ip saddr 10.0.0.0/24 tcp dport 9030 ct reply zone set 6
                ip saddr 203.0.113.100 tcp sport 9030 ct zone set 6
                ip saddr 10.0.0.0/24 tcp dport 9007 ct zone set 7
                ip saddr 203.0.113.100 tcp sport 9007 ct zone set 7
                ip saddr 10.0.0.0/24 tcp dport 9008 tcp flags syn notrack
              }
              chain output {
                type filter hook output priority raw;
                meta l4proto { 112, 240 } notrack
                oifname "sync0" tcp dport 7240 notrack
                oifname "sync0" tcp sport 7240 notrack
              }
            }
            table inet filter {
              ct helper ftp-standard { type "ftp" protocol tcp; }
              ct helper tftp-standard { type "tftp" protocol udp; }
              ct helper sip-standard { type "sip" protocol udp; }
              ct helper irc-standard { type "irc" protocol tcp; }
              ct helper amanda-standard { type "amanda" protocol udp; }
              ct helper pptp-standard { type "pptp" protocol tcp; }
              ct helper q931-standard { type "Q.931" protocol tcp; }
              ct helper ras-standard { type "RAS" protocol udp; }
              ct expectation later { protocol tcp; dport 9876; timeout 5m; size 4; l3proto ip6; }
              ct timeout patient { protocol udp; l3proto ip; policy = { unreplied : 300, replied : 300 }; }
              chain mangle {
                type filter hook prerouting priority mangle;
                tcp dport 9004 ct state new ct mark set 0x42
                tcp dport 9009 ct state new ct label set 7
                tcp dport 21 ct state new ct helper set "ftp-standard"
                udp dport 69 ct state new ct helper set "tftp-standard"
                udp dport 5060 ct state new ct helper set "sip-standard"
                tcp dport 6667 ct state new ct helper set "irc-standard"
                udp dport 10080 ct state new ct helper set "amanda-standard"
                tcp dport 1723 ct state new ct helper set "pptp-standard"
                tcp dport 1720 ct state new ct helper set "q931-standard"
                udp dport 1719 ct state new ct helper set "ras-standard"
                udp dport 5010 ct state new ct timeout set "patient"
                tcp dport 9017 ct state new ct expectation set "later"
                tcp dport 9012 ip dscp af11 ct mark set 0x43
                tcp dport 9012 ip dscp af12 ct mark set 0x44
                tcp dport 9015 ip dscp af11 ct label set 8
              }
              chain input {
                type filter hook input priority filter; policy drop;
                ct state invalid drop
                iifname "lo" accept
                meta l4proto { 112, 240 } accept
                iifname "sync0" accept
                ct state established,related accept
                icmp type echo-request accept
                icmpv6 type { echo-request, nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept
              }
              chain forward {
                type filter hook forward priority filter; policy drop;
                tcp dport 9008 ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
                ct state invalid drop
                tcp dport 9004 ct mark != 0x42 drop
                tcp sport 9004 ct mark != 0x42 drop
                tcp dport 9009 ct state established ct label != 7 drop
                tcp sport 9012 ip dscp af21 ct mark != 0x43 drop
                tcp sport 9012 ip dscp af22 ct mark != 0x44 drop
                tcp sport 9013 ct packets < 1 drop
                tcp sport 9015 ip dscp af21 ct label != 8 drop
                ct state established,related accept
                ct status dnat accept
                tcp dport 40000-49999 ct state new drop
                iifname != "wan0" ct state new accept
              }
            }
            table ip nat {
              chain prerouting {
                type nat hook prerouting priority dstnat;
                ip daddr 203.0.113.1 tcp dport 8080 dnat to 10.0.0.100:80
                ip daddr 203.0.113.1 tcp dport 8081 dnat to 10.0.0.100:81
              }
              chain postrouting {
                type nat hook postrouting priority srcnat;
                ip saddr 10.0.0.0/24 ip daddr 10.0.0.0/24 ct status dnat snat to 10.0.0.1
                ip saddr 10.0.0.0/24 tcp dport 9002 snat to 203.0.113.10-203.0.113.11
                ip saddr 10.0.0.0/24 tcp dport 9003 snat to 203.0.113.1:20000-30000 random
                ip saddr 10.0.0.0/24 ip daddr != 10.0.0.0/24 snat to 203.0.113.1
              }
            }
            table ip6 nat {
              chain postrouting {
                type nat hook postrouting priority srcnat;
                ip6 saddr fd00:1::/64 ip6 daddr fd00:2::/64 tcp dport != 9006 snat to fd00:2::1
                ip6 saddr fd00:1::/64 ip6 daddr fd00:2::/64 meta l4proto != tcp snat to fd00:2::1
              }
            }
            """;

    private KindsRules() {}
}
