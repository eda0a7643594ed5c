// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.Allocation;
import io.mirrorcarp.pfsync.StateTable;
import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.flows.KnownTables;
import io.mirrorcarp.pfsync.message.FlowEnd;
import io.mirrorcarp.pfsync.message.FlowTuple;
import io.mirrorcarp.pfsync.message.Question;
import io.mirrorcarp.pfsync.message.RefusedImport;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.mirrorcarp.pfsync.session.ReplicationSettings;
import io.mirrorcarp.pfsync.session.SyncLink;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** From an event here to the table there, through two machines: what it costs in memory and on the wire. */
@Isolated
class HotPathTest {
    private static final int FLOWS_PER_BURST = 35;

    /** Hands frames straight to the other machine. */
    private static final class Wire implements SyncLink, PfsyncListener {
        Replication peer;
        long nowNanos;
        long bytes;

        @Override
        public void send(int path, byte[] frame, int length) {
            bytes += length + 20;
            if (peer != null) {
                peer.onFrame(0, frame, 0, length, nowNanos);
            }
        }

        @Override
        public void onDemotion(DemotionCause cause, boolean raised, String reason) {}

        @Override
        public void onPreemptAllowed(boolean allowed, String reason) {}

        @Override
        public void peerThere(int creatorId, String node) {}

        @Override
        public void peerGone(int creatorId) {}

        @Override
        public void onResigned(int vhid, long addresses) {}

        @Override
        public void onVerdict(Verdict verdict) {}

        @Override
        public void onKnownTables(KnownTables tables) {}

        @Override
        public void onQuestion(int creatorId, String node, Question question) {}

        @Override
        public void onEvent(String line) {}

        @Override
        public void onPeerDied(String what, Set<PeerMaster> masters) {}

        @Override
        public void onPeerSilent(Set<PeerMaster> masters) {}

        @Override
        public void onFailure(Throwable failure) {}
    }

    private static final class CountingTable implements StateTable {
        long written;
        long deleted;

        @Override
        public void insert(StateRecord state) {
            written++;
        }

        @Override
        public void update(StateRecord state) {
            written++;
        }

        @Override
        public void delete(StateRecord state) {
            deleted++;
        }

        @Override
        public boolean find(StateRecord key, StateRecord found) {
            return false;
        }

        @Override
        public void flush() {}

        @Override
        public boolean takeRefused(RefusedImport refused) {
            return false;
        }

        @Override
        public void startDump(boolean inBackground) {}

        @Override
        public void continueDump() {}

        @Override
        public void cancelDump() {}
    }

    private final Wire fromA = new Wire();
    private final Wire fromB = new Wire();
    private final CountingTable tableB = new CountingTable();
    private final Replication a = machine(1, new CountingTable(), fromA);
    private final Replication b = machine(2, tableB, fromB);
    private final StateRecord state = new StateRecord();
    private long nowNanos = 1;

    private static Replication machine(int creatorId, StateTable table, Wire wire) {
        ReplicationSettings settings = ReplicationSettings.of(
                creatorId, "n", List.of("sync0"), 1480, 128, Duration.ofSeconds(30), KnownTables.NONE);
        return new Replication(
                settings, new Keyring(Map.of(1, new byte[32]), 1), table, wire, wire, new Random(creatorId));
    }

    private void connect() {
        fromA.peer = b;
        fromB.peer = a;
        a.start(nowNanos);
        b.start(nowNanos);
        a.onDumpBatchEnd(true, nowNanos);
        b.onDumpBatchEnd(true, nowNanos);
        for (int i = 0; i < 200; i++) {
            tick(10_000_000);
            a.onDumpBatchEnd(true, nowNanos);
            b.onDumpBatchEnd(true, nowNanos);
        }
        assertThat(b.status(nowNanos).verdict()).isEqualTo(Verdict.IN_SYNC);
    }

    private void tick(long nanos) {
        nowNanos += nanos;
        fromA.nowNanos = nowNanos;
        fromB.nowNanos = nowNanos;
        a.onReceiveEnd(nowNanos);
        b.onReceiveEnd(nowNanos);
        a.onDeadline(nowNanos);
        b.onDeadline(nowNanos);
    }

    /** As many TCP connections through a SNAT open, establish and end, in bursts of a few. */
    private void lives(int bursts, int flowsPerBurst) {
        for (int burst = 0; burst < bursts; burst++) {
            for (int step = 0; step < 3; step++) {
                for (int flow = 0; flow < flowsPerBurst; flow++) {
                    event(burst % 100 * FLOWS_PER_BURST + flow, step);
                }
                a.onBurstEnd(nowNanos);
                tick(1_000_000);
            }
        }
    }

    private void event(int flow, int step) {
        state.original.family = FlowTuple.FAMILY_IPV4;
        state.original.protocol = 6;
        state.original.destinationLow = 0xc0000201L;
        state.original.destinationPort = 443;
        state.original.sourceLow = 0x0a000000L + flow;
        state.original.sourcePort = 10_000 + flow;
        state.status = StateRecord.STATUS_SOURCE_NAT | (step > 0 ? 6 : 0);
        state.snatLow = 0xcb007101L;
        state.snatPort = state.original.sourcePort;
        state.protocolState = step > 0 ? 3 : 1;
        state.tcpScaleOriginal = 7;
        state.tcpFlagsOriginal = 3;
        state.tcpScaleReply = step > 0 ? 7 : 0;
        state.tcpFlagsReply = step > 0 ? 3 : 0;
        state.timeoutSeconds = step > 0 ? 432_000 : 120;
        switch (step) {
            case 0 -> a.onInsert(state, nowNanos);
            case 1 -> a.onUpdate(state, nowNanos);
            default -> a.onDelete(state, FlowEnd.EXPIRED, nowNanos);
        }
    }

    @Test
    void allocatesNothingPerFlow() {
        connect();
        // Memory for as many frames as the ring holds is allocated once, with the first of them.
        lives(2_000, FLOWS_PER_BURST);
        lives(2_000, 5);
        long before = tableB.written + tableB.deleted;
        double few = Allocation.of(() -> lives(1_000, 5)) / 3_000.0;
        double many = Allocation.of(() -> lives(1_000, FLOWS_PER_BURST)) / 3_000.0;
        assertThat(tableB.written + tableB.deleted - before).isEqualTo(3L * 1_000 * (FLOWS_PER_BURST + 5));
        assertThat(many).as("bytes per frame, mostly of the cipher").isLessThan(4_000);
        assertThat((many - few) / (FLOWS_PER_BURST - 5)).as("bytes per flow").isLessThan(1);
    }

    @Test
    void aConnectionTakesEightyBytesToOpenAndEstablish() {
        connect();
        long bytes = fromA.bytes;
        for (int burst = 0; burst < 100; burst++) {
            for (int step = 0; step < 2; step++) {
                for (int flow = 0; flow < FLOWS_PER_BURST; flow++) {
                    event(burst * FLOWS_PER_BURST + flow, step);
                }
                a.onBurstEnd(nowNanos);
                tick(2_000_000);
            }
        }
        double perFlow = (fromA.bytes - bytes) / (100.0 * FLOWS_PER_BURST);
        assertThat(perFlow).as("bytes per flow with IP headers").isLessThanOrEqualTo(80);
    }

    @Test
    void mergesWhatABurstSaysOfOneFlow() {
        connect();
        long before = tableB.written;
        event(1, 0);
        event(1, 1);
        a.onBurstEnd(nowNanos);
        assertThat(tableB.written - before).isEqualTo(1);
        event(2, 0);
        event(2, 1);
        event(2, 2);
        a.onBurstEnd(nowNanos);
        assertThat(tableB.written - before).isEqualTo(1);
        assertThat(tableB.deleted).isZero();
        assertThat(a.counters().value(PfsyncCounter.MERGED)).isEqualTo(3);
    }
}
