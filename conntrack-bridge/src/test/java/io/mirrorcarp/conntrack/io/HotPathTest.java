// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.pfsync.StateEvents;
import io.mirrorcarp.pfsync.message.FlowEnd;
import io.mirrorcarp.pfsync.message.StateRecord;
import java.util.BitSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The paths that every flow takes, many times, on a real kernel's table. */
@Isolated
class HotPathTest {
    private static final int FLOWS = 20_000;
    private static final int WARM_UPS = 3;
    /** Calls into the kernel allocate a little, each for up to 64 flows and more. */
    private static final long BYTES_PER_FLOW = 2;

    private final StateRecord record = Flows.tcpSnat(0);
    private final Quiet quiet = new Quiet();
    private Namespaces namespaces;
    private NetworkNamespace entered;
    private TableParts table;
    private TableParts other;

    @BeforeEach
    void open() throws Exception {
        namespaces = new Namespaces();
        entered = NetworkNamespace.enter(namespaces.add("fw"));
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
    void anImportedFlowAllocatesNothing() {
        Runnable round = () -> {
            importAll(Operation.INSERT);
            importAll(Operation.UPDATE);
            importAll(Operation.INSERT);
            importAll(Operation.DELETE);
        };
        assertThat(perFlow(round, 4)).isLessThan(BYTES_PER_FLOW);
        assertThat(table.count(ConntrackCounter.FAILED)).isZero();
        assertThat(table.count(ConntrackCounter.CREATED)).isEqualTo((WARM_UPS + 1) * FLOWS);
        assertThat(table.count(ConntrackCounter.UPDATED)).isEqualTo(2 * (WARM_UPS + 1) * FLOWS);
        assertThat(table.count(ConntrackCounter.DELETED)).isEqualTo((WARM_UPS + 1) * FLOWS);
    }

    @Test
    void anEventAllocatesNothing() {
        long bytes = 0;
        for (int i = 0; i <= WARM_UPS; i++) {
            importAll(Operation.INSERT);
            importAll(Operation.DELETE);
            quiet.events = 0;
            long before = Allocation.bytes();
            drainOther(2 * FLOWS);
            bytes = Allocation.bytes() - before;
        }
        assertThat((double) bytes / (2 * FLOWS)).isLessThan(BYTES_PER_FLOW);
    }

    @Test
    void aDumpedEntryAllocatesNothing() {
        importAll(Operation.INSERT);
        Runnable round = () -> {
            quiet.dumped = 0;
            quiet.dumpComplete = false;
            other.dump.start(false);
            while (!quiet.dumpComplete) {
                other.dump.readBatch(quiet);
            }
            assertThat(quiet.dumped).isEqualTo(FLOWS);
        };
        assertThat(perFlow(round, 1)).isLessThan(BYTES_PER_FLOW);
    }

    @Test
    void twoHundredThousandFlowsAreImportedAndDumpedWhole() {
        int flows = 200_000;
        for (int flow = 0; flow < flows; flow++) {
            Flows.number(record, flow);
            table.importer.insert(record);
        }
        table.importer.flush();
        assertThat(table.count(ConntrackCounter.CREATED)).isEqualTo(flows);
        assertThat(table.count(ConntrackCounter.FAILED)).isZero();
        BitSet seen = new BitSet(flows);
        Quiet marking = new Quiet() {
            @Override
            public void onDumpEntry(StateRecord state) {
                seen.set(Flows.numberOf(state));
            }
        };
        table.dump.start(false);
        while (!marking.dumpComplete) {
            table.dump.readBatch(marking);
        }
        assertThat(seen.cardinality()).isEqualTo(flows);
        assertThat(table.count(ConntrackCounter.DUMP_ENTRIES)).isEqualTo(flows);
    }

    private static double perFlow(Runnable round, int operations) {
        for (int i = 0; i < WARM_UPS; i++) {
            round.run();
        }
        long before = Allocation.bytes();
        round.run();
        return (double) (Allocation.bytes() - before) / (operations * FLOWS);
    }

    private enum Operation {
        INSERT,
        UPDATE,
        DELETE
    }

    private void importAll(Operation operation) {
        for (int flow = 0; flow < FLOWS; flow++) {
            Flows.number(record, flow);
            switch (operation) {
                case INSERT -> table.importer.insert(record);
                case UPDATE -> table.importer.update(record);
                case DELETE -> table.importer.delete(record);
            }
        }
        table.importer.flush();
    }

    private void drainOther(int expected) {
        while (quiet.events < expected) {
            int before = quiet.events;
            other.events.drain(quiet);
            assertThat(quiet.events).as("events").isGreaterThan(before);
        }
    }

    /** Counts, and allocates nothing itself. */
    private static class Quiet implements StateEvents {
        int events;
        int dumped;
        boolean dumpComplete;

        @Override
        public void onInsert(StateRecord state) {
            events++;
        }

        @Override
        public void onUpdate(StateRecord state) {
            events++;
        }

        @Override
        public void onDelete(StateRecord state, FlowEnd end) {
            events++;
        }

        @Override
        public void onFlushed() {}

        @Override
        public void onBurstEnd() {}

        @Override
        public void onHalfOpenTold(boolean told) {}

        @Override
        public void onNotice(String message) {}

        @Override
        public void onOverrun() {
            throw new AssertionError("overrun");
        }

        @Override
        public void onDumpEntry(StateRecord state) {
            dumped++;
        }

        @Override
        public void onDumpBatchEnd(boolean last) {
            dumpComplete = last;
        }
    }
}
