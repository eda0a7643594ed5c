// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.filter;

import java.util.List;

/**
 * One rule.
 *
 * @param family which packets it is about
 * @param matches what must be true of a packet, in order
 * @param verdict what becomes of it
 * @param comment why; empty where it is plain
 */
record Rule(Chain chain, Family family, List<Match> matches, Verdict verdict, String comment) {
    Rule {
        matches = List.copyOf(matches);
    }

    enum Chain {
        RAW_IN,
        RAW_OUT,
        INPUT,
        FORWARD,
        POSTROUTING
    }

    enum Family {
        BOTH,
        V4,
        V6
    }

    /** Something that is true of a packet, or not. */
    sealed interface Match {
        /** It comes in by one of these devices. */
        record In(List<String> devices) implements Match {}

        /** It leaves by one of these devices. */
        record Out(List<String> devices) implements Match {}

        /** It is of one of these IP protocols. */
        record Protocols(List<Integer> numbers) implements Match {}

        /** It goes to a TCP port. */
        record ToPort(int port) implements Match {}

        /** It comes from a TCP port. */
        record FromPort(int port) implements Match {}

        /** It does not open a TCP connection. */
        record NotOpening() implements Match {}

        /** Connection tracking calls it one of these. */
        record State(List<String> states) implements Match {}

        /** It is one of these ICMP or ICMPv6 messages. */
        record Messages(List<IcmpMessage> messages) implements Match {}

        /** It comes from a network. */
        record Source(String network) implements Match {}

        /** Its frame came in to this MAC address; the kernel keeps the header until the packet leaves. */
        record SentTo(String mac) implements Match {}
    }

    /** Messages, as the two programs name them. */
    enum IcmpMessage {
        ECHO_REQUEST("echo-request", "echo-request"),
        NEIGHBOUR_SOLICITATION("nd-neighbor-solicit", "neighbour-solicitation"),
        NEIGHBOUR_ADVERTISEMENT("nd-neighbor-advert", "neighbour-advertisement"),
        ROUTER_ADVERTISEMENT("nd-router-advert", "router-advertisement"),
        LISTENER_QUERY("mld-listener-query", "130");

        private final String nft;
        private final String iptables;

        IcmpMessage(String nft, String iptables) {
            this.nft = nft;
            this.iptables = iptables;
        }

        String nft() {
            return nft;
        }

        String iptables() {
            return iptables;
        }
    }

    /** What becomes of a packet. */
    sealed interface Verdict {
        record Accept() implements Verdict {}

        record Drop() implements Verdict {}

        record NoTrack() implements Verdict {}

        record Snat(String address) implements Verdict {}
    }
}
