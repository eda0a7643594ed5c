// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.entry;

import static io.mirrorcarp.conntrack.entry.FlowFilter.ANY;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.pfsync.message.FlowTuple;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class FlowFilterTest {
    private static final long TEN = 0x0a000007L;

    private final ConntrackEntry entry = new ConntrackEntry();

    private ConntrackEntry flow(int protocol, int sourcePort, int destinationPort) {
        entry.clear();
        FlowTuple tuple = entry.original;
        tuple.family = FlowTuple.FAMILY_IPV4;
        tuple.protocol = protocol;
        tuple.sourceLow = TEN;
        tuple.destinationLow = 0xc6336463L;
        tuple.sourcePort = sourcePort;
        tuple.destinationPort = destinationPort;
        return entry;
    }

    private static FlowFilter addresses(String source, int sourceLength, String destination, int destinationLength)
            throws UnknownHostException {
        return new FlowFilter(
                new AddressPrefix(InetAddress.getByName(source), sourceLength),
                new AddressPrefix(InetAddress.getByName(destination), destinationLength),
                ANY,
                ANY,
                ANY,
                ANY,
                0,
                0);
    }

    private static FlowFilter numbers(int sport, int dport, int protocol, int zone, int mark, int mask) {
        return new FlowFilter(null, null, sport, dport, protocol, zone, mark, mask);
    }

    @Test
    void everythingIsChosenByTheFilterForAll() {
        assertThat(FlowFilter.ALL.matches(flow(IpProtocol.TCP, 1, 2))).isTrue();
        assertThat(FlowFilter.ALL.matches(flow(4, 0, 0))).isTrue();
    }

    @Test
    void addressesAreThoseOfTheOriginalDirection() throws UnknownHostException {
        flow(IpProtocol.TCP, 1, 2);
        assertThat(addresses("10.0.0.0", 24, "198.51.100.99", 32).matches(entry))
                .isTrue();
        assertThat(addresses("10.0.0.8", 32, "198.51.100.99", 32).matches(entry))
                .isFalse();
        assertThat(addresses("10.0.0.0", 24, "198.51.100.98", 32).matches(entry))
                .isFalse();
        assertThat(addresses("0.0.0.0", 0, "0.0.0.0", 0).matches(entry)).isTrue();
        assertThat(addresses("::", 0, "::", 0).matches(entry))
                .as("of the other family")
                .isFalse();
    }

    @Test
    void portsAreThoseOfProtocolsThatHaveSome() {
        assertThat(numbers(5, ANY, ANY, ANY, 0, 0).matches(flow(IpProtocol.UDP, 5, 6)))
                .isTrue();
        assertThat(numbers(ANY, 5, ANY, ANY, 0, 0).matches(flow(IpProtocol.UDP, 5, 6)))
                .isFalse();
        assertThat(numbers(5, ANY, ANY, ANY, 0, 0).matches(flow(IpProtocol.ICMP, 5, 0x800)))
                .as("an identifier is no port")
                .isFalse();
        assertThat(numbers(ANY, 0, ANY, ANY, 0, 0).matches(flow(IpProtocol.GRE, 0, 0)))
                .as("a key is no port")
                .isFalse();
    }

    @Test
    void protocolZoneAndMarkAreCompared() {
        flow(IpProtocol.SCTP, 1, 2).zone = 3;
        entry.mark = 0x8000_0012;
        assertThat(numbers(ANY, ANY, IpProtocol.SCTP, 3, 0x10, 0xf0).matches(entry))
                .isTrue();
        assertThat(numbers(ANY, ANY, IpProtocol.TCP, ANY, 0, 0).matches(entry)).isFalse();
        assertThat(numbers(ANY, ANY, ANY, 0, 0, 0).matches(entry)).isFalse();
        assertThat(numbers(ANY, ANY, ANY, ANY, 0x12, -1).matches(entry)).isFalse();
        assertThat(numbers(ANY, ANY, ANY, ANY, 0x8000_0012, -1).matches(entry)).isTrue();
        entry.attachment.add(Attachment.ORIGINAL_ZONE, 0);
        assertThat(numbers(ANY, ANY, ANY, 3, 0, 0).matches(entry))
                .as("the zone of the original direction")
                .isTrue();
    }
}
