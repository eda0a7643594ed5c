// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.pfsync.message.FlowTuple;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlowSieveTest {
    private static final List<Integer> ALL = IntStream.range(0, 256).boxed().toList();

    @ParameterizedTest
    @CsvSource({
        "10.0.0.2, 192.0.2.2",
        "fd00:1::2, fd00:2::2",
        "10.0.0.2, 224.0.1.1",
        "126.255.255.255, 128.0.0.0",
        "fec0::1, ff05::2"
    })
    void flowsBetweenHostsPass(String source, String destination) throws UnknownHostException {
        assertThat(sieve(ALL, List.of()).takes(entry(IpProtocol.TCP, source, destination)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "127.8.9.10, 10.0.0.1",
        "10.0.0.1, 224.0.0.18",
        "10.0.0.1, 255.255.255.255",
        "::1, ::1",
        "fe80::1, fe80::2",
        "febf::1, fd00::2",
        "fd00::1, ff02::12",
        "fd00::1, ff01::1"
    })
    void whatNoOtherNodeCanCarryOnNeverPasses(String source, String destination) throws UnknownHostException {
        assertThat(sieve(ALL, List.of()).takes(entry(IpProtocol.UDP, source, destination)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {IpProtocol.CARP, IpProtocol.PFSYNC})
    void theClustersOwnProtocolsNeverPass(int protocol) throws UnknownHostException {
        assertThat(sieve(ALL, List.of()).takes(entry(protocol, "10.0.0.1", "10.0.0.2")))
                .isFalse();
    }

    @Test
    void onlyChosenProtocolsPass() throws UnknownHostException {
        FlowSieve filter = sieve(List.of(IpProtocol.UDP), List.of());
        assertThat(filter.takes(entry(IpProtocol.UDP, "10.0.0.1", "10.0.0.2"))).isTrue();
        assertThat(filter.takes(entry(IpProtocol.TCP, "10.0.0.1", "10.0.0.2"))).isFalse();
    }

    @Test
    void aBlockIsIgnoredOnEitherRealEndAndNotBetweenThem() throws UnknownHostException {
        AddressPrefix block = new AddressPrefix(InetAddress.getByName("192.0.2.0"), 24);
        FlowSieve filter = sieve(ALL, List.of(block));
        assertThat(filter.takes(entry(IpProtocol.TCP, "192.0.2.7", "10.0.0.2"))).isFalse();
        assertThat(filter.takes(entry(IpProtocol.TCP, "10.0.0.2", "192.0.2.7"))).isFalse();
        ConntrackEntry translated = entry(IpProtocol.TCP, "10.0.0.2", "10.0.0.3");
        translated.reply.destinationLow = 0xc0000201L;
        assertThat(filter.takes(translated))
                .as("SNAT to an address of the block")
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, 0, 10.1.2.3, 9.1.2.3",
        "10.1.2.3, 8, 10.255.0.0, 11.1.2.3",
        "10.1.2.3, 31, 10.1.2.2, 10.1.2.4",
        "10.1.2.3, 32, 10.1.2.3, 10.1.2.2",
        "2001:db8::1, 33, 2001:db8:7fff::, 2001:db8:8000::",
        "2001:db8::1, 64, 2001:db8::ffff:0:0:0, 2001:db8:0:1::1",
        "2001:db8::1, 127, 2001:db8::, 2001:db8::2",
        "2001:db8::1, 128, 2001:db8::1, 2001:db8::"
    })
    void aPrefixHoldsWhatSharesItsBits(String address, int length, String in, String out) throws UnknownHostException {
        AddressPrefix prefix = new AddressPrefix(InetAddress.getByName(address), length);
        FlowTuple tuple = entry(IpProtocol.TCP, in, out).original;
        assertThat(prefix.contains(tuple.family, tuple.sourceHigh, tuple.sourceLow))
                .isTrue();
        assertThat(prefix.contains(tuple.family, tuple.destinationHigh, tuple.destinationLow))
                .isEqualTo(length == 0);
        int otherFamily = FlowTuple.FAMILY_IPV4 + FlowTuple.FAMILY_IPV6 - tuple.family;
        assertThat(prefix.contains(otherFamily, tuple.sourceHigh, tuple.sourceLow))
                .isFalse();
    }

    @Test
    void aPrefixLongerThanItsAddressIsRefused() throws UnknownHostException {
        InetAddress address = InetAddress.getByName("10.0.0.1");
        assertThatThrownBy(() -> new AddressPrefix(address, 33)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AddressPrefix(address, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static ConntrackEntry entry(int protocol, String source, String destination) throws UnknownHostException {
        ConntrackEntry entry = new ConntrackEntry();
        AddressPrefix from = new AddressPrefix(InetAddress.getByName(source), 0);
        AddressPrefix to = new AddressPrefix(InetAddress.getByName(destination), 0);
        entry.original.family = from.family();
        entry.original.sourceHigh = from.high();
        entry.original.sourceLow = from.low();
        entry.original.destinationHigh = to.high();
        entry.original.destinationLow = to.low();
        entry.original.protocol = protocol;
        TupleInverse.invert(entry.original, entry.reply);
        return entry;
    }

    private static FlowSieve sieve(List<Integer> protocols, List<AddressPrefix> ignored) {
        return new FlowSieve(FlowChoice.of(protocols, ignored));
    }

    private static FlowSieve only(List<AddressPrefix> addresses) {
        return new FlowSieve(
                new FlowChoice(Set.of(), addresses, List.of(), Set.of(), Set.of(), List.of(), List.of(), Set.of()));
    }

    @Test
    void anEndMustBeInAChosenBlock() throws UnknownHostException {
        FlowSieve filter = only(List.of(new AddressPrefix(InetAddress.getByName("10.1.0.0"), 16)));
        assertThat(filter.takes(entry(IpProtocol.TCP, "10.1.2.3", "192.0.2.7"))).isTrue();
        assertThat(filter.takes(entry(IpProtocol.TCP, "192.0.2.7", "10.1.2.3"))).isTrue();
        assertThat(filter.takes(entry(IpProtocol.TCP, "192.0.2.7", "10.2.2.3"))).isFalse();
        assertThat(filter.takes(entry(IpProtocol.TCP, "fd00::1", "fd00::2"))).isFalse();
    }

    @Test
    void zonesMarksAndStatesChoose() throws UnknownHostException {
        ConntrackEntry flow = entry(IpProtocol.TCP, "10.1.2.3", "192.0.2.7");
        flow.zone = 7;
        flow.mark = 0x1234;
        flow.protocolState = TcpConntrack.ESTABLISHED;
        assertThat(zone(Set.of(7), Set.of()).takes(flow)).isTrue();
        assertThat(zone(Set.of(0, 8), Set.of()).takes(flow)).isFalse();
        assertThat(zone(Set.of(), Set.of(7)).takes(flow)).isFalse();
        assertThat(zone(Set.of(), Set.of(0)).takes(flow)).isTrue();
        FlowMark low = new FlowMark(0x34, 0xff);
        FlowMark high = new FlowMark(0x1300, 0xff00);
        assertThat(mark(List.of(low), List.of()).takes(flow)).isTrue();
        assertThat(mark(List.of(high, low), List.of()).takes(flow)).isTrue();
        assertThat(mark(List.of(high), List.of()).takes(flow)).isFalse();
        assertThat(mark(List.of(), List.of(low)).takes(flow)).isFalse();
        assertThat(mark(List.of(), List.of(high)).takes(flow)).isTrue();
        assertThat(state(TcpConntrack.ESTABLISHED).takes(flow)).isTrue();
        assertThat(state(TcpConntrack.TIME_WAIT).takes(flow)).isFalse();
        assertThat(state(TcpConntrack.TIME_WAIT).takes(entry(IpProtocol.UDP, "10.1.2.3", "192.0.2.7")))
                .as("a state of TCP says nothing of UDP")
                .isTrue();
    }

    private static FlowSieve zone(Set<Integer> zones, Set<Integer> ignored) {
        return new FlowSieve(
                new FlowChoice(Set.of(), List.of(), List.of(), zones, ignored, List.of(), List.of(), Set.of()));
    }

    private static FlowSieve mark(List<FlowMark> marks, List<FlowMark> ignored) {
        return new FlowSieve(
                new FlowChoice(Set.of(), List.of(), List.of(), Set.of(), Set.of(), marks, ignored, Set.of()));
    }

    private static FlowSieve state(int state) {
        return new FlowSieve(new FlowChoice(
                Set.of(), List.of(), List.of(), Set.of(), Set.of(), List.of(), List.of(), Set.of(state)));
    }
}
