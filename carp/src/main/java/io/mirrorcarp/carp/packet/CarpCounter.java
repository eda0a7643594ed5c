// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import io.mirrorcarp.counter.Counter;

/** The counters of {@code netstat -s -p carp}, in its order, with their names in camel case. */
public enum CarpCounter implements Counter {
    PACKETS_RECEIVED("packetsReceived", "packets received (IPv4)", "CARP packets that came over IPv4, good and bad"),
    PACKETS_RECEIVED6("packetsReceived6", "packets received (IPv6)", "CARP packets that came over IPv6, good and bad"),
    BAD_INTERFACE(
            "badInterface",
            "discarded because packet received on bad interface",
            "Packets on a device where no virtual host has an address of their family"),
    BAD_TTL(
            "badTtl",
            "discarded for wrong TTL",
            "Packets whose TTL or hop limit is not 255: a router passed them on, so they are no neighbour's"),
    SHORT_HEADER(
            "shortHeader",
            "packets shorter than header",
            "Packets that end before the length that their IP header tells, or are fragments"),
    BAD_SUM("badSum", "discarded for bad checksum", "Packets whose IPv4, CARP or VRRP checksum is wrong"),
    BAD_VERSION(
            "badVersion",
            "discarded packets with a bad version",
            "Packets of another version or protocol than that of their vhid, and packets that are no advertisements"),
    BAD_LENGTH(
            "badLength",
            "discarded because packet too short",
            "Packets with fewer than the 36 bytes of a CARP header, or of VRRP than their number of addresses tells"),
    BAD_AUTH(
            "badAuth",
            "discarded for bad authentication",
            "Packets whose digest fits no password and address list of the virtual host, or with VRRP 2 another password: these differ between the nodes, or somebody forges"),
    BAD_INTERVAL(
            "badInterval",
            "discarded for another advertisement interval",
            "VRRP 2 packets whose interval is not that of this node, which all of its routers must have in common"),
    BAD_VHID("badVhid", "discarded for bad vhid", "Packets of a vhid that no virtual host has on this device"),
    REPLAYED(
            "replayed",
            "discarded as a copy of an earlier advertisement",
            "Copies of what this node or a peer has sent: a loop in the network, or somebody who sends it again"),
    UNPROVEN(
            "unproven",
            "discarded without a proof of what they say",
            "Packets whose digest is right, and whose advskew, advbase, demotion or sender somebody changed, or does not prove where it must"),
    UNVERIFIED(
            "unverified",
            "discarded unverified, too many to verify",
            "Packets above the 500 a second with unexpected counters that are verified: somebody floods"),
    PACKETS_SENT("packetsSent", "packets sent (IPv4)", "Advertisements sent over IPv4"),
    PACKETS_SENT6("packetsSent6", "packets sent (IPv6)", "Advertisements sent over IPv6"),
    SEND_ERRORS(
            "sendErrors", "send failed", "Advertisements that the kernel did not take; when they go on, they demote"),
    PREEMPTED("preempted", "transitions to master", "Times that a virtual host of this node became master"),
    ADDRESSES_PUT_BACK(
            "addressesPutBack",
            "times that addresses were put back which somebody else had taken away",
            "Times that a virtual address was put back, after somebody else had removed it from its device"),
    BALANCED_AWAY(
            "balancedAway",
            "packets to balanced addresses left to other nodes",
            "Packets to balanced addresses whose slot another node is master of, dropped before netfilter; other filters on the ingress of the carpdev count too");

    private final String label;
    private final String words;
    private final String help;

    CarpCounter(String label, String words, String help) {
        this.label = label;
        this.words = words;
        this.help = help;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String words() {
        return words;
    }

    @Override
    public String help() {
        return help;
    }

    public static CarpCounter received(AddressFamily family) {
        return family == AddressFamily.IPV4 ? PACKETS_RECEIVED : PACKETS_RECEIVED6;
    }

    public static CarpCounter sent(AddressFamily family) {
        return family == AddressFamily.IPV4 ? PACKETS_SENT : PACKETS_SENT6;
    }
}
