// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.pfsync.message.FlowTuple;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportFilterTest {
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
        assertThat(new ExportFilter(ALL, List.of()).accepts(entry(IpProtocol.TCP, source, destination)))
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
        assertThat(new ExportFilter(ALL, List.of()).accepts(entry(IpProtocol.UDP, source, destination)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {IpProtocol.CARP, IpProtocol.PFSYNC})
    void theClustersOwnProtocolsNeverPass(int protocol) throws UnknownHostException {
        assertThat(new ExportFilter(ALL, List.of()).accepts(entry(protocol, "10.0.0.1", "10.0.0.2")))
                .isFalse();
    }

    @Test
    void onlyChosenProtocolsPass() throws UnknownHostException {
        ExportFilter filter = new ExportFilter(List.of(IpProtocol.UDP), List.of());
        assertThat(filter.accepts(entry(IpProtocol.UDP, "10.0.0.1", "10.0.0.2")))
                .isTrue();
        assertThat(filter.accepts(entry(IpProtocol.TCP, "10.0.0.1", "10.0.0.2")))
                .isFalse();
    }

    @Test
    void aBlockIsIgnoredOnEitherRealEndAndNotBetweenThem() throws UnknownHostException {
        AddressPrefix block = AddressPrefix.of(InetAddress.getByName("192.0.2.0"), 24);
        ExportFilter filter = new ExportFilter(ALL, List.of(block));
        assertThat(filter.accepts(entry(IpProtocol.TCP, "192.0.2.7", "10.0.0.2")))
                .isFalse();
        assertThat(filter.accepts(entry(IpProtocol.TCP, "10.0.0.2", "192.0.2.7")))
                .isFalse();
        ConntrackEntry translated = entry(IpProtocol.TCP, "10.0.0.2", "10.0.0.3");
        translated.reply.destinationLow = 0xc0000201L;
        assertThat(filter.accepts(translated))
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
        AddressPrefix prefix = AddressPrefix.of(InetAddress.getByName(address), length);
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
        assertThatThrownBy(() -> AddressPrefix.of(address, 33)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AddressPrefix.of(address, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static ConntrackEntry entry(int protocol, String source, String destination) throws UnknownHostException {
        ConntrackEntry entry = new ConntrackEntry();
        AddressPrefix from = AddressPrefix.of(InetAddress.getByName(source), 0);
        AddressPrefix to = AddressPrefix.of(InetAddress.getByName(destination), 0);
        entry.original.family = from.family();
        entry.original.sourceHigh = from.high();
        entry.original.sourceLow = from.low();
        entry.original.destinationHigh = to.high();
        entry.original.destinationLow = to.low();
        entry.original.protocol = protocol;
        TupleInverse.invert(entry.original, entry.reply);
        return entry;
    }
}
