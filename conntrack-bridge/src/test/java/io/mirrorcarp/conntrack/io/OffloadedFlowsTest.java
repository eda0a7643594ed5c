// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.conntrack.StateMapping;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.ConntrackStatus;
import io.mirrorcarp.conntrack.netlink.EntryReader;
import io.mirrorcarp.conntrack.netlink.OffloadedMessage;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.pfsync.message.StateRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is counted of flows that a flowtable forwards: the messages are those of a real kernel, with the bits set and without what it leaves out then. */
class OffloadedFlowsTest {
    private final OffloadedFlows flows = new OffloadedFlows();

    private static ConntrackEntry shown(int bits) {
        NetlinkReader reader = new NetlinkReader();
        ConntrackEntry entry = new ConntrackEntry();
        reader.reset(OffloadedMessage.of("tcp-snat-2", bits));
        assertThat(reader.next()).isTrue();
        assertThat(EntryReader.read(reader, entry)).isTrue();
        return entry;
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                ConntrackStatus.OFFLOAD,
                ConntrackStatus.HARDWARE_OFFLOAD,
                ConntrackStatus.OFFLOAD | ConntrackStatus.HARDWARE_OFFLOAD
            })
    void oneOfThemCountsUntilADumpDoesNotShowIt(int bits) {
        flows.beginDump();
        flows.onEntry(shown(bits));
        flows.onEntry(shown(0));
        assertThat(flows.count()).as("within a dump").isZero();
        flows.endDump();
        assertThat(flows.count()).isEqualTo(1);
        flows.beginDump();
        assertThat(flows.count()).as("while the next runs").isEqualTo(1);
        flows.endDump();
        assertThat(flows.count()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {ConntrackStatus.OFFLOAD, ConntrackStatus.HARDWARE_OFFLOAD})
    void peersAreToldOfIt(int bits) {
        ConntrackEntry entry = shown(bits);
        assertThat(entry.hasTimeout).isFalse();
        assertThat(entry.hasProtocolState).isFalse();
        StateRecord record = new StateRecord();
        StateMapping.toRecord(entry, record);
        assertThat(record.timeoutSeconds).isEqualTo(3600);
        assertThat(StateMapping.toEntry(record, entry)).isTrue();
        assertThat(entry.status & ConntrackStatus.OFFLOADED)
                .as("of this kernel alone")
                .isZero();
    }

    @Test
    void aDumpThatBeginsAnewCountsAnew() {
        flows.beginDump();
        flows.onEntry(shown(ConntrackStatus.OFFLOAD));
        flows.beginDump();
        flows.onEntry(shown(ConntrackStatus.OFFLOAD));
        flows.endDump();
        assertThat(flows.count()).isEqualTo(1);
    }
}
