// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

import static io.mirrorcarp.it.kinds.Kind.Fate.BEGINS_ANEW;
import static io.mirrorcarp.it.kinds.Kind.Fate.CARRIED;
import static io.mirrorcarp.it.kinds.Kind.Fate.NOT_CARRIED;

import io.mirrorcarp.it.kinds.FtpConversation.Mode;
import io.mirrorcarp.it.kinds.UdpConversation.Turn;
import java.util.List;

/** All kinds. A protocol that one of them needs is in {@link #PROTOCOLS}. */
final class Kinds {
    /** Of [pfsync.filter]: by name and by number. */
    static final String PROTOCOLS =
            "\"tcp\", \"udp\", \"icmp\", \"icmpv6\", \"sctp\", \"gre\", \"esp\", \"6in4\", \"ipip\", \"99\"";

    static final List<Kind> ALL = List.of(
            new Kind("TCP, idle", "SNAT, server first", CARRIED, bed -> TcpConversation.toServer(bed, KindsRules.TCP)),
            new Kind("TCP, full speed both ways", "SNAT, window scaling, SACK", CARRIED, TcpConversation::streaming),
            new Kind(
                    "TCP, half closed",
                    "client has sent its FIN",
                    CARRIED,
                    bed -> TcpConversation.toServer(bed, 9010).halfClosed()),
            new Kind(
                    "TCP, half closed by the server",
                    "server has sent its FIN",
                    CARRIED,
                    bed -> TcpConversation.toServer(bed, 9014).halfClosedByServer()),
            new Kind(
                    "TCP in SYN_SENT",
                    "the SYN comes again after the move",
                    BEGINS_ANEW,
                    bed -> HalfwayConversation.open(bed, KindsRules.HALFWAY + 0, 1)),
            new Kind(
                    "TCP in SYN_RECV",
                    "beside a SYN proxy for another port; the SYN/ACK comes again after the move",
                    CARRIED,
                    bed -> HalfwayConversation.open(bed, KindsRules.HALFWAY + 1, 2)),
            new Kind(
                    "TCP in FIN_WAIT",
                    "acknowledged after the move",
                    CARRIED,
                    bed -> HalfwayConversation.open(bed, KindsRules.HALFWAY + 2, 4)),
            new Kind(
                    "TCP in CLOSE_WAIT",
                    "the server closes after the move",
                    CARRIED,
                    bed -> HalfwayConversation.open(bed, KindsRules.HALFWAY + 3, 5)),
            new Kind(
                    "TCP in LAST_ACK",
                    "the last acknowledgement comes after the move",
                    CARRIED,
                    bed -> HalfwayConversation.open(bed, KindsRules.HALFWAY + 4, 6)),
            new Kind(
                    "TCP in TIME_WAIT",
                    "the server's FIN comes again after the move",
                    CARRIED,
                    bed -> HalfwayConversation.open(bed, KindsRules.HALFWAY + 5, 7)),
            new Kind(
                    "TCP, pool",
                    "SNAT to one of two addresses",
                    CARRIED,
                    bed -> TcpConversation.toServer(bed, KindsRules.POOL)),
            new Kind(
                    "TCP, random port",
                    "SNAT to a random port",
                    CARRIED,
                    bed -> TcpConversation.toServer(bed, KindsRules.RANDOM)),
            new Kind(
                    "TCP, connection mark",
                    "dropped without its mark",
                    CARRIED,
                    bed -> TcpConversation.toServer(bed, KindsRules.MARK)),
            new Kind(
                    "TCP, connection label",
                    "dropped without its label",
                    CARRIED,
                    bed -> TcpConversation.toServer(bed, KindsRules.LABEL)),
            new Kind(
                    "TCP, mark that changes",
                    "dropped without the mark that a rule set last, on either firewall",
                    CARRIED,
                    bed -> RemarkedConversation.open(bed, KindsRules.REMARKED, 2)),
            new Kind(
                    "TCP, label set later",
                    "dropped without the label that it got while it was open",
                    CARRIED,
                    bed -> RemarkedConversation.open(bed, KindsRules.LABEL_LATER, 1)),
            new Kind(
                    "TCP, counted",
                    "`nf_conntrack_acct` and `nf_conntrack_timestamp`, dropped if not counted; each firewall counts from 0",
                    CARRIED,
                    bed -> TcpConversation.toServer(bed, KindsRules.COUNTED)),
            new Kind("TCP, zone", "of both directions", CARRIED, bed -> TcpConversation.toServer(bed, KindsRules.ZONE)),
            new Kind(
                    "TCP, directional zone",
                    "of the original direction",
                    CARRIED,
                    bed -> TcpConversation.toServer(bed, KindsRules.ORIGINAL_ZONE)),
            new Kind(
                    "TCP, directional zone, other way",
                    "of the reply direction",
                    CARRIED,
                    bed -> TcpConversation.toServer(bed, KindsRules.REPLY_ZONE)),
            new Kind(
                    "TCP, SYN proxy",
                    "sequence numbers adjusted",
                    CARRIED,
                    bed -> TcpConversation.toServer(bed, KindsRules.SYNPROXY)),
            new Kind(
                    "TCP, port forwarding",
                    "DNAT",
                    CARRIED,
                    bed -> TcpConversation.between(
                            bed.server,
                            bed.client,
                            KindsBed.VIRTUAL,
                            KindsBed.CLIENT,
                            KindsRules.DNAT,
                            KindsRules.DNAT_TARGET)),
            new Kind(
                    "TCP, hairpin",
                    "DNAT and SNAT, back to the LAN",
                    CARRIED,
                    bed -> TcpConversation.between(
                            bed.client,
                            bed.client,
                            KindsBed.VIRTUAL,
                            KindsBed.CLIENT,
                            KindsRules.HAIRPIN,
                            KindsRules.HAIRPIN_TARGET)),
            new Kind(
                    "TCP over IPv6",
                    "no NAT",
                    CARRIED,
                    bed -> TcpConversation.toServer6(bed, KindsRules.UNTRANSLATED6)),
            new Kind("TCP over IPv6, NAT66", "SNAT", CARRIED, bed -> TcpConversation.toServer6(bed, KindsRules.TCP)),
            new Kind(
                    "UDP, both ways",
                    "SNAT",
                    CARRIED,
                    bed -> UdpConversation.open(bed, KindsBed.SERVER, KindsRules.UDP, Turn.BOTH)),
            new Kind(
                    "UDP, from the server only",
                    "SNAT",
                    CARRIED,
                    bed -> UdpConversation.open(bed, KindsBed.SERVER, KindsRules.UDP + 1, Turn.SERVER_ONLY)),
            new Kind(
                    "UDP over IPv6, NAT66",
                    "SNAT",
                    CARRIED,
                    bed -> UdpConversation.open(bed, KindsBed.SERVER6, KindsRules.UDP, Turn.BOTH)),
            new Kind(
                    "UDP, timeout policy",
                    "`ct timeout`; the usual timeouts from the copy's first packet on",
                    CARRIED,
                    bed -> UdpConversation.open(bed, KindsBed.SERVER, KindsRules.PATIENT, Turn.SERVER_ONLY)),
            new Kind(
                    "ICMP error",
                    "closed port behind SNAT",
                    CARRIED,
                    bed -> UdpConversation.open(bed, KindsBed.SERVER, KindsRules.UDP + 2, Turn.ERROR)),
            new Kind(
                    "ICMPv6 error",
                    "closed port behind NAT66",
                    CARRIED,
                    bed -> UdpConversation.open(bed, KindsBed.SERVER6, KindsRules.UDP + 2, Turn.ERROR)),
            new Kind("ICMP echo", "SNAT", BEGINS_ANEW, bed -> PingConversation.open(bed, "4", KindsBed.SERVER)),
            new Kind("ICMPv6 echo", "NAT66", BEGINS_ANEW, bed -> PingConversation.open(bed, "6", KindsBed.SERVER6)),
            new Kind("SCTP", "SNAT, heartbeats", CARRIED, bed -> RawConversation.open(bed, Packets.sctp(), false)),
            new Kind("ESP", "protocol 50, SNAT", CARRIED, bed -> RawConversation.open(bed, Packets.opaque(50), false)),
            new Kind("6in4", "protocol 41, SNAT", CARRIED, bed -> RawConversation.open(bed, Packets.opaque(41), false)),
            new Kind("IPIP", "protocol 4, SNAT", CARRIED, bed -> RawConversation.open(bed, Packets.opaque(4), false)),
            new Kind(
                    "any other protocol",
                    "99, SNAT",
                    CARRIED,
                    bed -> RawConversation.open(bed, Packets.opaque(99), false)),
            new Kind(
                    "FTP, active",
                    "helper ftp, SNAT",
                    CARRIED,
                    bed -> FtpConversation.open(bed, Mode.ACTIVE, KindsBed.SERVER)),
            new Kind(
                    "FTP, passive",
                    "helper ftp, SNAT",
                    CARRIED,
                    bed -> FtpConversation.open(bed, Mode.PASSIVE, KindsBed.SERVER_PASSIVE)),
            new Kind(
                    "FTP, passive, expected before",
                    "helper ftp, SNAT, asked for before the failover, opened after it",
                    CARRIED,
                    bed -> FtpConversation.open(bed, Mode.PASSIVE_LATER, KindsBed.SERVER_LATER)),
            new Kind(
                    "FTP over IPv6, active",
                    "helper ftp, NAT66, EPRT",
                    CARRIED,
                    bed -> FtpConversation.open(bed, Mode.ACTIVE, KindsBed.SERVER6)),
            new Kind(
                    "FTP over IPv6, passive",
                    "helper ftp, NAT66, EPSV, asked for before the failover, opened after it",
                    CARRIED,
                    bed -> FtpConversation.open(bed, Mode.PASSIVE_LATER, KindsBed.SERVER6_PASSIVE)),
            new Kind(
                    "IRC",
                    "helper irc, SNAT, a file offered by DCC after the failover",
                    CARRIED,
                    IrcConversation::open),
            new Kind("Amanda", "helper amanda, SNAT", BEGINS_ANEW, AmandaConversation::open),
            new Kind("TFTP", "helper tftp, SNAT", BEGINS_ANEW, bed -> TftpConversation.open(bed, KindsBed.SERVER)),
            new Kind(
                    "TFTP over IPv6",
                    "helper tftp, NAT66",
                    BEGINS_ANEW,
                    bed -> TftpConversation.open(bed, KindsBed.SERVER6)),
            new Kind("SIP", "helper sip over UDP, SNAT, sound after the failover", CARRIED, SipConversation::open),
            new Kind(
                    "SIP over IPv6",
                    "helper sip over UDP, NAT66, sound after the failover",
                    CARRIED,
                    SipConversation::open6),
            new Kind(
                    "GRE",
                    "the kernel ends a flow that it did not make",
                    NOT_CARRIED,
                    bed -> RawConversation.open(bed, Packets.gre(), true)),
            new Kind(
                    "PPTP",
                    "its helper keeps the call ids to itself",
                    NOT_CARRIED,
                    bed -> TcpConversation.toServer(bed, 1723)),
            new Kind(
                    "expected by a rule",
                    "`ct expectation`, not yet used: the kernel takes expectations only with a helper",
                    NOT_CARRIED,
                    ExpectedByRule::open),
            new Kind(
                    "H.323, call",
                    "its helper Q.931 keeps the ports of a call to itself",
                    NOT_CARRIED,
                    bed -> TcpConversation.toServer(bed, KindsRules.Q931)),
            new Kind(
                    "H.323, registration",
                    "its helper RAS keeps the ports of a call to itself",
                    NOT_CARRIED,
                    bed -> UdpConversation.open(bed, KindsBed.SERVER, KindsRules.RAS, Turn.SERVER_ONLY)));

    private Kinds() {}
}
