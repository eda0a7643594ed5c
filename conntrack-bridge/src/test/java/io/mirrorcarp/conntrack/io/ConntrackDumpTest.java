// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dumps of a real table whose hash is resized meanwhile, as far as the number of buckets tells: it belongs to the whole machine, so a test leaves it alone. */
class ConntrackDumpTest {
    private static final int FLOWS = 1_000;
    private static final int BUCKETS = 65_536;

    private final AtomicLong buckets = new AtomicLong(BUCKETS);
    private Namespaces namespaces;
    private String name;

    @BeforeEach
    void fill() throws Exception {
        namespaces = new Namespaces();
        name = namespaces.add("fw");
    }

    @AfterEach
    void remove() throws Exception {
        if (namespaces != null) {
            namespaces.close();
        }
    }

    @Test
    void aTableThatIsResizedMeanwhileIsReadAgainFromTheBeginning() throws Exception {
        Namespaces.in(name, () -> {
            try (TableParts parts = new TableParts();
                    ConntrackDump dump = parts.dump(buckets::get)) {
                insertFlows(parts);
                Told first = new Told();
                dump.start(false);
                dump.readBatch(first);
                assertThat(first.dumped).as("a part").hasSizeBetween(1, FLOWS - 1);
                buckets.set(BUCKETS / 4);
                Told rest = new Told();
                for (int batches = 0; batches < FLOWS && !rest.dumpComplete; batches++) {
                    dump.readBatch(rest);
                }
                assertThat(rest.dumpComplete).isTrue();
                assertThat(parts.count(ConntrackCounter.DUMP_ERRORS)).isEqualTo(1);
                // What was told after the change, and all of it once more.
                assertThat(first.dumped.size() + rest.dumped.size()).isEqualTo(2 * FLOWS);
            }
            return null;
        });
    }

    /** A state that is to be told waits for the batch that the kernel is writing: 30 entries take it 0.1 ms. */
    @Test
    void inTheBackgroundBatchesAreSmallAndAllOfTheTableComes() throws Exception {
        Namespaces.in(name, () -> {
            try (TableParts parts = new TableParts();
                    ConntrackDump dump = parts.dump(buckets::get)) {
                insertFlows(parts);
                Told large = readAll(dump, false, FLOWS);
                Told small = readAll(dump, true, 50);
                assertThat(small.dumped).hasSize(FLOWS).hasSameSizeAs(large.dumped);
            }
            return null;
        });
    }

    private static void insertFlows(TableParts parts) {
        for (int port = 0; port < FLOWS; port++) {
            parts.importer.insert(Flows.tcpSnat(port));
        }
        parts.importer.flush();
    }

    /** @param most entries in one batch */
    private static Told readAll(ConntrackDump dump, boolean inBackground, int most) {
        Told all = new Told();
        dump.start(inBackground);
        for (int batches = 0; batches < FLOWS && !all.dumpComplete; batches++) {
            int before = all.dumped.size();
            dump.readBatch(all);
            assertThat(all.dumped.size() - before).isLessThanOrEqualTo(most);
        }
        assertThat(all.dumpComplete).isTrue();
        return all;
    }
}
