// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.conntrack.entry.FlowMark;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The [pfsync.filter] table, or [pfsync.filter.import] in it. A list that is empty leaves nothing out; a flow must pass all of them.
 *
 * @param protocols the protocols whose flows are wanted
 * @param addresses networks in one of which an end must be
 * @param ignoreAddresses networks in which no end may be
 * @param zones conntrack zones, 0 to 65535, of which a flow must have one
 * @param ignoreZones of which it may have none
 * @param marks of which one must match
 * @param ignoreMarks of which none may match
 * @param states the states of TCP of which a TCP flow must have one
 * @param minAge how old a flow must be before peers are told of it, or before one of a peer is taken
 */
public record FilterConfiguration(
        List<Protocol> protocols,
        List<AddressPrefix> addresses,
        List<AddressPrefix> ignoreAddresses,
        List<Integer> zones,
        List<Integer> ignoreZones,
        List<FlowMark> marks,
        List<FlowMark> ignoreMarks,
        List<TcpState> states,
        Duration minAge) {
    public FilterConfiguration {
        protocols = List.copyOf(protocols);
        addresses = List.copyOf(addresses);
        ignoreAddresses = List.copyOf(ignoreAddresses);
        zones = List.copyOf(zones);
        ignoreZones = List.copyOf(ignoreZones);
        marks = List.copyOf(marks);
        ignoreMarks = List.copyOf(ignoreMarks);
        states = List.copyOf(states);
    }

    /** The states of a TCP flow, as conntrack(8) names them. */
    public enum TcpState {
        SYN_SENT(1),
        SYN_RECV(2),
        ESTABLISHED(3),
        FIN_WAIT(4),
        CLOSE_WAIT(5),
        LAST_ACK(6),
        TIME_WAIT(7),
        CLOSE(8),
        SYN_SENT2(9);

        private final int number;

        TcpState(int number) {
            this.number = number;
        }

        /** The kernel's: enum tcp_conntrack. */
        public int number() {
            return number;
        }

        /** The state of a name, in letters of either case; empty when there is none. */
        public static Optional<TcpState> of(String name) {
            return Arrays.stream(values())
                    .filter(state -> state.name().equalsIgnoreCase(name))
                    .findFirst();
        }

        /** As the file has them. */
        public static List<String> names() {
            return Arrays.stream(values())
                    .map(state -> state.name().toLowerCase(Locale.ROOT))
                    .toList();
        }
    }

    /**
     * An IP protocol.
     *
     * @param name as it is written in the configuration: a name of IANA's or of usage, or the number itself
     * @param number in the IP header, 0 to 255
     */
    public record Protocol(String name, int number) implements Comparable<Protocol> {
        public static final Protocol TCP = new Protocol("tcp", 6);
        public static final Protocol UDP = new Protocol("udp", 17);
        public static final Protocol ICMP = new Protocol("icmp", 1);
        public static final Protocol ICMPV6 = new Protocol("icmpv6", 58);
        public static final Protocol SCTP = new Protocol("sctp", 132);
        public static final Protocol GRE = new Protocol("gre", 47);
        public static final Protocol DCCP = new Protocol("dccp", 33);
        public static final Protocol UDPLITE = new Protocol("udplite", 136);

        private static final int MAXIMUM = 255;
        private static final List<Protocol> NAMED = List.of(
                TCP,
                UDP,
                ICMP,
                ICMPV6,
                SCTP,
                GRE,
                DCCP,
                UDPLITE,
                new Protocol("ipv6-icmp", 58),
                new Protocol("igmp", 2),
                new Protocol("ipip", 4),
                new Protocol("ipencap", 4),
                new Protocol("egp", 8),
                new Protocol("igp", 9),
                new Protocol("6in4", 41),
                new Protocol("ipv6", 41),
                new Protocol("rsvp", 46),
                new Protocol("esp", 50),
                new Protocol("ah", 51),
                new Protocol("skip", 57),
                new Protocol("eigrp", 88),
                new Protocol("ospf", 89),
                new Protocol("etherip", 97),
                new Protocol("pim", 103),
                new Protocol("ipcomp", 108),
                new Protocol("l2tp", 115),
                new Protocol("mobility-header", 135));

        /** The usual ones first, those without a name last. */
        @Override
        public int compareTo(Protocol other) {
            return Comparator.comparingInt(Protocol::place)
                    .thenComparing(Protocol::name)
                    .thenComparingInt(Protocol::number)
                    .compare(this, other);
        }

        private int place() {
            int place = NAMED.indexOf(this);
            return place < 0 ? NAMED.size() : place;
        }

        /** The names that can be written. */
        public static List<String> names() {
            return NAMED.stream().map(Protocol::name).toList();
        }

        /** The protocol of a name or a number; empty when it is neither. */
        public static Optional<Protocol> of(String text) {
            if (text.matches("[0-9]{1,3}") && Integer.parseInt(text) <= MAXIMUM) {
                return Optional.of(new Protocol(text, Integer.parseInt(text)));
            }
            return NAMED.stream()
                    .filter(named -> named.name().equalsIgnoreCase(text))
                    .findFirst();
        }
    }
}
