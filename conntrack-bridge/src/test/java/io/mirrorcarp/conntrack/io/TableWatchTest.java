// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.netio.NetworkNamespace;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A reader that stands still pins entries that have ended, and the watch sees them. */
class TableWatchTest {
    private static final int FLOWS = 2_000;
    private static final int SMALL_BUFFER = 20_000;

    private Namespaces namespaces;
    private NetworkNamespace entered;
    private TableParts reader;
    private TableParts other;
    private TableWatch watch;

    @BeforeEach
    void open() throws Exception {
        namespaces = new Namespaces();
        entered = NetworkNamespace.enter(namespaces.add("fw"));
        assertThat(KernelChecks.run().errors()).isEmpty();
        other = new TableParts();
        reader =
                new TableParts(new ConntrackSettings(TableParts.EVERYTHING, TableParts.EVERYTHING, SMALL_BUFFER, true));
        watch = TableWatch.open();
        Awaitility.pollInSameThread();
    }

    @AfterEach
    void close() throws Exception {
        Awaitility.reset();
        for (AutoCloseable each : new AutoCloseable[] {watch, reader, other, entered, namespaces}) {
            if (each != null) {
                each.close();
            }
        }
    }

    @Test
    void countsTheEntriesAndThoseThatHaveEndedAndAreKept() throws Exception {
        for (int port = 1; port <= FLOWS; port++) {
            other.importer.insert(Flows.tcpSnat(port));
        }
        other.importer.flush();
        assertThat(watch.read().entries()).isEqualTo(FLOWS);
        assertThat(watch.read().dying()).isZero();
        assertThat(watch.read().limit()).isGreaterThan(FLOWS);
        for (int port = 1; port <= FLOWS; port++) {
            other.importer.delete(Flows.tcpSnat(port));
        }
        other.importer.flush();
        assertThat(watch.read().dying())
                .as("kept, since the reader's buffer is full")
                .isGreaterThan(FLOWS / 2);
        assertThat(watch.read().entries()).as("still counted").isGreaterThan(FLOWS / 2);
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            reader.drain();
            other.drain();
            TableWatch.Reading now = watch.read();
            return now.dying() == 0 && now.entries() == 0;
        });
    }
}
