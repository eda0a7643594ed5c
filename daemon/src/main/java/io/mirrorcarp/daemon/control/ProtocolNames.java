// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.mirrorcarp.conntrack.entry.IpProtocol;
import java.util.Map;

/** The protocols that conntrack(8) names, and the states of those that have some. */
final class ProtocolNames {
    private static final Map<Integer, String> NAMES = Map.of(
            IpProtocol.ICMP, "icmp",
            IpProtocol.TCP, "tcp",
            IpProtocol.UDP, "udp",
            IpProtocol.DCCP, "dccp",
            IpProtocol.GRE, "gre",
            IpProtocol.ICMPV6, "icmpv6",
            IpProtocol.SCTP, "sctp",
            IpProtocol.UDPLITE, "udplite");

    /** By their numbers: enum tcp_conntrack of the kernel. */
    private static final String[] TCP = {
        "NONE",
        "SYN_SENT",
        "SYN_RECV",
        "ESTABLISHED",
        "FIN_WAIT",
        "CLOSE_WAIT",
        "LAST_ACK",
        "TIME_WAIT",
        "CLOSE",
        "SYN_SENT2"
    };

    /** By their numbers: enum sctp_conntrack of the kernel. */
    private static final String[] SCTP = {
        "NONE",
        "CLOSED",
        "COOKIE_WAIT",
        "COOKIE_ECHOED",
        "ESTABLISHED",
        "SHUTDOWN_SENT",
        "SHUTDOWN_RECD",
        "SHUTDOWN_ACK_SENT",
        "HEARTBEAT_SENT",
        "HEARTBEAT_ACKED"
    };

    private ProtocolNames() {}

    /** {@code tcp}; {@code unknown} for a protocol without a name, as conntrack(8) says. */
    static String name(int protocol) {
        return NAMES.getOrDefault(protocol, "unknown");
    }

    /** {@code ESTABLISHED}; empty for a protocol without states. */
    static String state(int protocol, int state) {
        String[] names = protocol == IpProtocol.TCP ? TCP : protocol == IpProtocol.SCTP ? SCTP : new String[0];
        return state >= 0 && state < names.length ? names[state] : "";
    }
}
