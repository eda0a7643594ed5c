// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.ConntrackStatus;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.conntrack.entry.TcpConntrack;
import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.pfsync.message.FlowTuple;
import io.mirrorcarp.pfsync.message.RefusedImport;
import io.mirrorcarp.pfsync.message.StateRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes of peers in a real kernel's table, read back by a dump. */
class ConntrackImportTest {
    private Namespaces namespaces;
    private NetworkNamespace entered;
    private TableParts table;
    /** Another program that changes the same table. */
    private TableParts other;

    @BeforeEach
    void open() throws Exception {
        namespaces = new Namespaces();
        String name = namespaces.add("fw");
        entered = NetworkNamespace.enter(name);
        assertThat(KernelChecks.run().errors()).isEmpty();
        table = new TableParts();
        other = new TableParts();
    }

    @AfterEach
    void close() throws Exception {
        if (table != null) {
            table.close();
        }
        if (other != null) {
            other.close();
        }
        if (entered != null) {
            entered.close();
        }
        if (namespaces != null) {
            namespaces.close();
        }
    }

    @Test
    void tenThousandFlowsAreThereWhenFlushReturns() {
        Map<Integer, StateRecord> flows = new HashMap<>();
        for (int port = 10_000; port < 20_000; port++) {
            StateRecord record = port % 2 == 0 ? Flows.tcpSnat(port) : udp6(port);
            record.mark = port;
            flows.put(port, record);
            table.importer.insert(record);
        }
        table.importer.flush();
        assertThat(table.count(ConntrackCounter.CREATED)).isEqualTo(10_000);
        List<ConntrackEntry> dumped = table.dumpAll();
        assertThat(dumped).hasSize(10_000);
        for (ConntrackEntry entry : dumped) {
            StateRecord record = flows.remove(entry.original.sourcePort);
            assertThat(entry.original.sameAs(record.original)).isTrue();
            assertThat(entry.mark).isEqualTo(record.mark);
            assertThat(entry.timeoutSeconds).isBetween(record.timeoutSeconds - 30, record.timeoutSeconds);
            assertThat(entry.status & 0x3f).isEqualTo(record.status | ConntrackStatus.CONFIRMED);
            assertThat(entry.protocolState).isEqualTo(record.protocolState);
            assertThat(entry.tcpScaleOriginal).isEqualTo(record.tcpScaleOriginal);
            assertThat(entry.tcpScaleReply).isEqualTo(record.tcpScaleReply);
            if ((record.status & StateRecord.STATUS_SOURCE_NAT) != 0) {
                assertThat(entry.reply.destinationLow).isEqualTo(record.snatLow);
                assertThat(entry.reply.destinationPort).isEqualTo(record.snatPort);
            }
        }
        assertThat(flows).isEmpty();
        assertThat(table.count(ConntrackCounter.FAILED)).isZero();
    }

    @Test
    void ownChangesDoNotComeBackAndThoseOfOthersDo() {
        StateRecord flow = Flows.tcpSnat(1000);
        table.importer.insert(flow);
        flow.protocolState = TcpConntrack.FIN_WAIT;
        table.importer.update(flow);
        table.importer.delete(flow);
        table.importer.flush();
        other.drain();
        assertThat(other.told.names()).containsExactly("insert", "update", "deleted");
        other.importer.insert(Flows.tcpSnat(1001));
        other.importer.flush();
        table.drain();
        assertThat(table.told.names()).containsExactly("insert");
        assertThat(table.told.calls.get(0).flow().original.sourcePort).isEqualTo(1001);
    }

    @Test
    void anUpdateChangesTimeoutStateAndMark() {
        StateRecord flow = Flows.tcpSnat(1000);
        flow.status = StateRecord.STATUS_SOURCE_NAT;
        flow.protocolState = TcpConntrack.SYN_SENT;
        table.importer.insert(flow);
        flow.status |= StateRecord.STATUS_SEEN_REPLY | StateRecord.STATUS_ASSURED;
        flow.protocolState = TcpConntrack.ESTABLISHED;
        flow.timeoutSeconds = 5000;
        flow.mark = 0xdeadbeef;
        table.importer.update(flow);
        table.importer.flush();
        ConntrackEntry entry = only();
        assertThat(entry.status & ConntrackStatus.SETTABLE).isEqualTo(ConntrackStatus.SETTABLE);
        assertThat(entry.protocolState).isEqualTo(TcpConntrack.ESTABLISHED);
        assertThat(entry.timeoutSeconds).isBetween(4990L, 5000L);
        assertThat(entry.mark).isEqualTo(0xdeadbeef);
        assertThat(table.count(ConntrackCounter.CREATED)).isEqualTo(1);
        assertThat(table.count(ConntrackCounter.UPDATED)).isEqualTo(1);
        flow.mark = 0;
        table.importer.update(flow);
        table.importer.flush();
        assertThat(only().mark).isZero();
    }

    @Test
    void importedTcpIsLiberalAndClaimsNoSequenceNumbers() throws Exception {
        table.importer.insert(Flows.tcpSnat(1000));
        table.importer.flush();
        ConntrackEntry entry = only();
        assertThat(entry.tcpFlagsOriginal).isEqualTo(0x03 | TcpConntrack.FLAG_BE_LIBERAL);
        assertThat(entry.tcpFlagsReply).isEqualTo(0x03 | TcpConntrack.FLAG_BE_LIBERAL);
    }

    @Test
    void aStatusThatTheKernelIsAheadOfDoesNotStopTheRestOfTheUpdate() {
        StateRecord flow = Flows.tcpSnat(1000);
        table.importer.insert(flow);
        flow.status &= ~StateRecord.STATUS_ASSURED;
        flow.protocolState = TcpConntrack.FIN_WAIT;
        flow.mark = 7;
        table.importer.update(flow);
        table.importer.flush();
        ConntrackEntry entry = only();
        assertThat(entry.status & ConntrackStatus.SETTABLE).isEqualTo(ConntrackStatus.SETTABLE);
        assertThat(entry.protocolState).isEqualTo(TcpConntrack.FIN_WAIT);
        assertThat(entry.mark).isEqualTo(7);
        assertThat(table.count(ConntrackCounter.UPDATED)).isEqualTo(1);
        assertThat(table.count(ConntrackCounter.FAILED)).isZero();
    }

    @Test
    void insertingWhatIsThereUpdatesIt() {
        StateRecord flow = Flows.tcpSnat(1000);
        table.importer.insert(flow);
        table.importer.flush();
        flow.protocolState = TcpConntrack.FIN_WAIT;
        table.importer.insert(flow);
        table.importer.flush();
        assertThat(only().protocolState).isEqualTo(TcpConntrack.FIN_WAIT);
        assertThat(table.count(ConntrackCounter.UPDATED)).isEqualTo(1);
        assertThat(table.count(ConntrackCounter.REPLACED)).isZero();
        assertThat(table.count(ConntrackCounter.FAILED)).isZero();
    }

    @Test
    void updatingWhatIsNotThereCreatesItWithItsTranslation() {
        table.importer.update(Flows.tcpSnat(1000));
        table.importer.flush();
        ConntrackEntry entry = only();
        assertThat(entry.status & ConntrackStatus.SOURCE_NAT).isNotZero();
        assertThat(entry.reply.destinationLow).isEqualTo(Flows.VIRTUAL);
        assertThat(table.count(ConntrackCounter.CREATED)).isEqualTo(1);
    }

    @Test
    void aFlowThatTranslatesToSomethingElseIsReplaced() {
        other.importer.insert(Flows.tcp(1000));
        other.importer.flush();
        StateRecord flow = Flows.tcpSnat(1000);
        flow.snatPort = 4242;
        table.importer.insert(flow);
        table.importer.flush();
        ConntrackEntry entry = only();
        assertThat(entry.reply.destinationLow).isEqualTo(Flows.VIRTUAL);
        assertThat(entry.reply.destinationPort).isEqualTo(4242);
        assertThat(table.count(ConntrackCounter.REPLACED)).isEqualTo(1);
        assertThat(table.count(ConntrackCounter.FAILED)).isZero();
    }

    @Test
    void aTranslatedPortThatAnotherFlowHasIsCountedAndLeavesThatFlowAlone() {
        StateRecord holder = Flows.tcpSnat(1000);
        holder.snatPort = 5000;
        table.importer.insert(holder);
        StateRecord late = Flows.tcpSnat(1001);
        late.snatPort = 5000;
        late.protocolState = TcpConntrack.FIN_WAIT;
        table.importer.insert(late);
        table.importer.update(late);
        table.importer.flush();
        ConntrackEntry entry = only();
        assertThat(entry.original.sourcePort).isEqualTo(1000);
        assertThat(entry.protocolState).isEqualTo(TcpConntrack.ESTABLISHED);
        assertThat(table.count(ConntrackCounter.OCCUPIED)).isEqualTo(1);
        assertThat(table.count(ConntrackCounter.FAILED)).isEqualTo(1);
        RefusedImport refused = new RefusedImport();
        assertThat(table.importer.takeRefused(refused)).isTrue();
        assertThat(refused.wanted.original.sameAs(late.original)).isTrue();
        assertThat(refused.wanted.snatPort).isEqualTo(5000);
        assertThat(refused.occupied).isTrue();
        assertThat(refused.occupant.original.sameAs(holder.original)).isTrue();
        assertThat(table.importer.takeRefused(refused)).isFalse();
    }

    @Test
    void aRecordThatNoKernelCouldHoldIsToldAsRefused() {
        StateRecord wrong = Flows.tcp(1000);
        wrong.protocolState = 99;
        table.importer.insert(wrong);
        table.importer.flush();
        RefusedImport refused = new RefusedImport();
        assertThat(table.importer.takeRefused(refused)).isTrue();
        assertThat(refused.wanted.original.sameAs(wrong.original)).isTrue();
        assertThat(refused.occupied).isFalse();
        assertThat(table.importer.takeRefused(refused)).isFalse();
    }

    @Test
    void aTranslatedPortThatIsFreedLaterInTheBatchIsTaken() {
        StateRecord holder = Flows.tcpSnat(1000);
        holder.snatPort = 5000;
        table.importer.insert(holder);
        table.importer.flush();
        StateRecord successor = Flows.tcpSnat(1001);
        successor.snatPort = 5000;
        table.importer.update(successor);
        table.importer.delete(holder);
        table.importer.flush();
        assertThat(only().original.sourcePort).isEqualTo(1001);
        assertThat(table.count(ConntrackCounter.FAILED)).isZero();
    }

    @Test
    void changesOfOneFlowTakeEffectInTheirOrder() {
        StateRecord flow = Flows.tcpSnat(1000);
        other.importer.insert(flow);
        other.importer.flush();
        // Fails at first, and must not be tried again over what follows it.
        table.importer.insert(flow);
        flow.protocolState = TcpConntrack.TIME_WAIT;
        table.importer.update(flow);
        table.importer.flush();
        assertThat(only().protocolState).isEqualTo(TcpConntrack.TIME_WAIT);
        flow.protocolState = TcpConntrack.ESTABLISHED;
        table.importer.insert(flow);
        table.importer.delete(flow);
        table.importer.flush();
        assertThat(table.dumpAll()).isEmpty();
        table.importer.update(flow);
        table.importer.delete(flow);
        table.importer.insert(flow);
        table.importer.delete(flow);
        table.importer.flush();
        assertThat(table.dumpAll()).isEmpty();
        table.importer.delete(flow);
        flow.snatPort = 77;
        table.importer.insert(flow);
        table.importer.flush();
        assertThat(only().reply.destinationPort).isEqualTo(77);
        assertThat(table.count(ConntrackCounter.FAILED)).isZero();
    }

    @Test
    void deletingWhatIsNotThereIsNoFailure() {
        table.importer.delete(Flows.tcpSnat(1000));
        table.importer.flush();
        assertThat(table.count(ConntrackCounter.FAILED)).isZero();
        assertThat(table.count(ConntrackCounter.DELETED)).isZero();
    }

    @Test
    void aZoneIsPartOfTheFlow() {
        StateRecord flow = Flows.tcpSnat(1000);
        flow.zone = 5;
        table.importer.insert(flow);
        table.importer.flush();
        assertThat(only().zone).isEqualTo(5);
        flow.zone = 0;
        table.importer.delete(flow);
        table.importer.flush();
        assertThat(table.dumpAll()).hasSize(1);
        flow.zone = 5;
        table.importer.delete(flow);
        table.importer.flush();
        assertThat(table.dumpAll()).isEmpty();
        assertThat(table.count(ConntrackCounter.DELETED)).isEqualTo(1);
    }

    @Test
    void everyKindOfFlowIsCreated() {
        StateRecord icmp = Flows.tcpSnat(1000);
        icmp.original.protocol = IpProtocol.ICMP;
        icmp.original.sourcePort = 4711;
        icmp.original.destinationPort = 8 << 8;
        icmp.snatPort = 4712;
        icmp.protocolState = 0;
        table.importer.insert(icmp);
        StateRecord icmpv6 = udp6(4711);
        icmpv6.original.protocol = IpProtocol.ICMPV6;
        icmpv6.original.destinationPort = 128 << 8;
        table.importer.insert(icmpv6);
        StateRecord sctp = Flows.tcp(3000);
        sctp.original.protocol = IpProtocol.SCTP;
        sctp.protocolState = 4;
        sctp.sctpTagOriginal = 0x12345678;
        sctp.sctpTagReply = 0x9abcdef0;
        table.importer.insert(sctp);
        for (int protocol : new int[] {41, 50, 4, IpProtocol.UDPLITE}) {
            StateRecord record = Flows.tcp(0);
            record.original.protocol = protocol;
            record.original.destinationPort = 0;
            record.protocolState = 0;
            table.importer.insert(record);
        }
        table.importer.flush();
        assertThat(table.count(ConntrackCounter.FAILED)).isZero();
        Map<Integer, ConntrackEntry> byProtocol = new HashMap<>();
        table.dumpAll().forEach(entry -> byProtocol.put(entry.original.protocol, entry));
        assertThat(byProtocol).hasSize(7);
        assertThat(byProtocol.get(IpProtocol.ICMP).reply.sourcePort).isEqualTo(4712);
        assertThat(byProtocol.get(IpProtocol.ICMP).reply.destinationPort).isZero();
        assertThat(byProtocol.get(IpProtocol.ICMPV6).reply.destinationPort).isEqualTo(129 << 8);
        assertThat(byProtocol.get(IpProtocol.SCTP).sctpTagOriginal).isEqualTo(0x12345678);
        assertThat(byProtocol.get(IpProtocol.SCTP).sctpTagReply).isEqualTo(0x9abcdef0);
    }

    @Test
    void aRecordOutOfRangeIsCountedAndTheOthersAreCarriedOut() {
        table.importer.insert(Flows.tcpSnat(1000));
        StateRecord bad = Flows.tcpSnat(1001);
        bad.protocolState = 77;
        table.importer.insert(bad);
        table.importer.insert(Flows.tcpSnat(1002));
        table.importer.flush();
        assertThat(table.dumpAll()).hasSize(2);
        assertThat(table.count(ConntrackCounter.REFUSED)).isEqualTo(1);
        assertThat(table.count(ConntrackCounter.FAILED)).isEqualTo(1);
    }

    private ConntrackEntry only() {
        List<ConntrackEntry> entries = table.dumpAll();
        assertThat(entries).hasSize(1);
        return entries.get(0);
    }

    private static StateRecord udp6(int port) {
        StateRecord record = new StateRecord();
        record.original.family = FlowTuple.FAMILY_IPV6;
        record.original.sourceHigh = 0xfd00_0001_0000_0000L;
        record.original.sourceLow = 2;
        record.original.destinationHigh = 0xfd00_0002_0000_0000L;
        record.original.destinationLow = 2;
        record.original.protocol = IpProtocol.UDP;
        record.original.sourcePort = port;
        record.original.destinationPort = 53;
        record.status = StateRecord.STATUS_SEEN_REPLY;
        record.timeoutSeconds = 120;
        return record;
    }
}
