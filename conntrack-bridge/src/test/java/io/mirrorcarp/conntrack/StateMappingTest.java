// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.ConntrackStatus;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.conntrack.entry.SctpConntrack;
import io.mirrorcarp.conntrack.entry.TcpConntrack;
import io.mirrorcarp.conntrack.netlink.EntryReader;
import io.mirrorcarp.conntrack.netlink.RecordedMessages;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.pfsync.message.StateRecord;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateMappingTest {
    private final ConntrackEntry entry = new ConntrackEntry();
    private final StateRecord record = new StateRecord();
    private final ConntrackEntry back = new ConntrackEntry();

    static Iterable<String> exported() {
        return RecordedMessages.names().stream()
                .filter(name -> !name.matches("(dump|killed|esp-expired|tcp-direction).*"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("exported")
    void aRecordedEntryComesBackAsItWas(String name) {
        recorded(name);
        StateMapping.toRecord(entry, record);
        assertThat(StateMapping.toEntry(record, back)).isTrue();
        // What a record does not carry.
        entry.id = 0;
        entry.hasMark = true;
        entry.status &= ConntrackStatus.CONFIRMED
                | ConntrackStatus.SETTABLE
                | ConntrackStatus.SOURCE_NAT
                | ConntrackStatus.DESTINATION_NAT;
        assertThat(back)
                .usingRecursiveComparison()
                .ignoringFields("attachment.bytes")
                .isEqualTo(entry);
        assertThat(Arrays.equals(
                        back.attachment.bytes,
                        0,
                        back.attachment.length,
                        entry.attachment.bytes,
                        0,
                        entry.attachment.length))
                .isTrue();
    }

    @Test
    void snatIsTakenFromTheReplysDestination() {
        recorded("tcp-snat-2");
        StateMapping.toRecord(entry, record);
        assertThat(record.status)
                .isEqualTo(StateRecord.STATUS_SEEN_REPLY | StateRecord.STATUS_ASSURED | StateRecord.STATUS_SOURCE_NAT);
        assertThat(record.snatLow).isEqualTo(0xc0000201L);
        assertThat(record.snatPort).isEqualTo(0xc2f7);
        assertThat(record.dnatLow).isZero();
        assertThat(record.dnatPort).isZero();
    }

    @Test
    void dnatIsTakenFromTheReplysSource() {
        recorded("udp-dnat-0");
        StateMapping.toRecord(entry, record);
        assertThat(record.status).isEqualTo(StateRecord.STATUS_DESTINATION_NAT);
        assertThat(record.dnatLow).isEqualTo(0x0a000002L);
        assertThat(record.dnatPort).isEqualTo(53);
        assertThat(record.snatLow).isZero();
    }

    @Test
    void theChangeOfAnIcmpIdentifierBelongsToSnatWhenBothTranslate() {
        recorded("icmp-snat-1");
        entry.status |= ConntrackStatus.DESTINATION_NAT;
        entry.reply.sourceLow = 0x0a000063L;
        entry.reply.sourcePort = 99;
        StateMapping.toRecord(entry, record);
        assertThat(record.dnatPort).isEqualTo(entry.original.sourcePort);
        assertThat(record.snatPort).isEqualTo(99);
        assertThat(StateMapping.toEntry(record, back)).isTrue();
        assertThat(back.reply.sameAs(entry.reply)).isTrue();
    }

    @Test
    void theLastStateOfAnOldKernelsSctpIsToldInTodaysWords() {
        recorded("sctp-0");
        StateMapping.toRecord(entry, record);
        record.protocolState = SctpConntrack.HEARTBEAT_ACKED;
        assertThat(StateMapping.toEntry(record, back)).isTrue();
        assertThat(back.protocolState).isEqualTo(SctpConntrack.ESTABLISHED);
    }

    @Test
    void anUnknownTcpStateStaysUnknown() {
        recorded("tcp-snat-2");
        entry.hasProtocolState = false;
        StateMapping.toRecord(entry, record);
        assertThat(record.protocolState).isEqualTo(TcpConntrack.NONE);
        assertThat(StateMapping.toEntry(record, back)).isTrue();
        assertThat(back.hasProtocolState).isFalse();
    }

    @Test
    void anOffloadedFlowHasATimeout() {
        recorded("udp-snat-2");
        entry.hasTimeout = false;
        entry.timeoutSeconds = 0;
        entry.status |= ConntrackStatus.OFFLOAD;
        StateMapping.toRecord(entry, record);
        assertThat(record.timeoutSeconds).isEqualTo(StateMapping.OFFLOADED_TIMEOUT_SECONDS);
    }

    @Test
    void aRecordOutOfRangeIsRefused() {
        refused("tcp-snat-2", r -> r.original.family = 3);
        refused("tcp-snat-2", r -> r.original.sourceHigh = 1);
        refused("tcp-snat-2", r -> r.original.destinationLow = 1L << 32);
        refused("tcp-snat-2", r -> r.original.protocol = 256);
        refused("tcp-snat-2", r -> r.original.sourcePort = 0x10000);
        refused("tcp-snat-2", r -> r.original.destinationPort = -1);
        refused("tcp-snat-2", r -> r.zone = 0x10000);
        refused("tcp-snat-2", r -> r.timeoutSeconds = -1);
        refused("tcp-snat-2", r -> r.protocolState = TcpConntrack.SYN_SENT2 + 1);
        refused("tcp-snat-2", r -> r.protocolState = -1);
        refused("tcp-snat-2", r -> r.tcpScaleOriginal = TcpConntrack.SCALE_MAX + 1);
        refused("tcp-snat-2", r -> r.tcpScaleReply = -1);
        refused("tcp-snat-2", r -> r.snatLow = -1);
        refused("tcp-snat-2", r -> r.snatPort = 0x10000);
        refused("tcp-dnat-0", r -> r.dnatHigh = 1);
        refused("tcp-dnat-0", r -> r.dnatPort = -1);
        refused("icmp-snat-0", r -> r.original.destinationPort = 3 << 8);
        refused("sctp-0", r -> r.protocolState = SctpConntrack.HEARTBEAT_ACKED + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {IpProtocol.GRE, 50, 4})
    void protocolsWithoutPortsAreTranslatedByAddressOnly(int protocol) {
        recorded("tcp-snat-0");
        StateMapping.toRecord(entry, record);
        record.original.protocol = protocol;
        record.original.sourcePort = 0;
        record.original.destinationPort = 0;
        record.protocolState = 0;
        assertThat(StateMapping.toEntry(record, back)).isTrue();
        assertThat(back.reply.destinationLow).isEqualTo(0xc0000201L);
        assertThat(back.reply.destinationPort).isZero();
    }

    private void refused(String name, Consumer<StateRecord> fault) {
        recorded(name);
        StateMapping.toRecord(entry, record);
        assertThat(StateMapping.toEntry(record, back)).isTrue();
        fault.accept(record);
        assertThat(StateMapping.toEntry(record, back)).isFalse();
    }

    private void recorded(String name) {
        NetlinkReader reader = new NetlinkReader().reset(RecordedMessages.message(name));
        assertThat(reader.next()).isTrue();
        assertThat(EntryReader.read(reader, entry)).isTrue();
    }
}
