// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.pfsync.StateEvents;
import io.mirrorcarp.pfsync.message.FlowEnd;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The table on an event loop, whose thread is in the namespace. */
class ConntrackTableTest {
    private static final int FLOWS = 3_000;
    /** Entries of the flush witness. */
    private static final int WITNESSES = 2;

    private Namespaces namespaces;
    private String name;
    private Vertx vertx;
    private Context loop;
    private NetworkNamespace entered;
    private ConntrackTable table;
    private TableParts other;
    private final Counting counting = new Counting();

    @BeforeEach
    void open() throws Exception {
        namespaces = new Namespaces();
        name = namespaces.add("fw");
        other = Namespaces.in(name, TableParts::new);
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
        loop = vertx.getOrCreateContext();
        onLoop(() -> {
            entered = NetworkNamespace.enter(name);
            KernelChecks.run();
            table = ConntrackTable.open(ConntrackSettings.of(TableParts.EVERYTHING));
            return null;
        });
        await(onLoop(() -> table.start(loop, counting)));
    }

    @AfterEach
    void close() throws Exception {
        if (table != null) {
            onLoop(() -> {
                table.close();
                entered.close();
                return null;
            });
        }
        if (vertx != null) {
            await(vertx.close());
        }
        if (other != null) {
            other.close();
        }
        if (namespaces != null) {
            namespaces.close();
        }
    }

    @Test
    void eventsComeOnTheLoop() {
        for (int port = 0; port < FLOWS; port++) {
            other.importer.insert(Flows.tcpSnat(port));
        }
        other.importer.flush();
        awaitUntil(() -> counting.inserts.get() == FLOWS);
        assertThat(counting.burstEnds.get()).isPositive();
        assertThat(table.counters().value(ConntrackCounter.EVENTS)).isEqualTo(FLOWS);
        assertThat(table.entries()).isEqualTo(FLOWS + WITNESSES);
        assertThat(table.limit()).isGreaterThanOrEqualTo(FLOWS);
    }

    @Test
    void eventsThatAreTurnedOffAreTurnedOnAgainAndTheTableIsRead() throws Exception {
        Namespaces.in(name, () -> Files.writeString(EventsWatch.FILE, "0"));
        awaitUntil(() -> counting.overruns.get() == 1);
        assertThat(counting.notices.get()).isEqualTo(1);
        assertThat(Namespaces.in(name, () -> Files.readString(EventsWatch.FILE)).strip())
                .isEqualTo("1");
    }

    @Test
    void theTableHasTheSameNameForTheNextDaemonUnlessItWasFlushedMeanwhile() throws Exception {
        long first = table.identity();
        assertThat(reopened()).isEqualTo(first);
        onLoop(() -> {
            table.close();
            return null;
        });
        Namespaces.exec(name, "conntrack", "-F");
        assertThat(reopened()).isNotEqualTo(first);
    }

    private long reopened() throws Exception {
        return Namespaces.in(name, () -> {
            try (ConntrackTable next = ConntrackTable.open(ConntrackSettings.of(TableParts.EVERYTHING))) {
                return next.identity();
            }
        });
    }

    @Test
    void oneFlowIsFoundAsItIs() throws Exception {
        StateRecord flow = Flows.tcpSnat(1000);
        other.importer.insert(flow);
        other.importer.flush();
        StateRecord found = new StateRecord();
        assertThat(onLoop(() -> table.find(flow, found))).isTrue();
        assertThat(found.original.sameAs(flow.original)).isTrue();
        assertThat(found.snatPort).isEqualTo(flow.snatPort);
        assertThat(found.protocolState).isEqualTo(flow.protocolState);
        assertThat(found.timeoutSeconds).isBetween(flow.timeoutSeconds - 30, flow.timeoutSeconds);
        assertThat(onLoop(() -> table.find(Flows.tcpSnat(1001), found))).isFalse();
    }

    @Test
    void aDumpComesAsFastAsItIsAskedFor() throws Exception {
        for (int port = 0; port < FLOWS; port++) {
            other.importer.insert(Flows.tcpSnat(port));
        }
        other.importer.flush();
        awaitUntil(() -> counting.inserts.get() == FLOWS);
        onLoop(() -> {
            table.startDump(false);
            table.continueDump();
            return null;
        });
        awaitUntil(() -> counting.batchEnds.get() == 1);
        assertThat(counting.dumped.get()).isBetween(1, FLOWS / 2);
        counting.goOn = true;
        onLoop(() -> {
            table.continueDump();
            return null;
        });
        awaitUntil(() -> counting.dumpEnds.get() == 1);
        assertThat(counting.dumped.get()).isEqualTo(FLOWS);
    }

    @Test
    void aBatchThatWasAskedOfACancelledDumpDoesNotCome() throws Exception {
        other.importer.insert(Flows.tcpSnat(1));
        other.importer.flush();
        // An event that comes while a dump runs takes its flow out of the dump.
        awaitUntil(() -> counting.inserts.get() == 1);
        onLoop(() -> {
            table.startDump(false);
            table.continueDump();
            table.cancelDump();
            table.startDump(false);
            return null;
        });
        // Comes behind the batch, if there is one.
        onLoop(() -> null);
        assertThat(counting.batchEnds.get()).isZero();
        onLoop(() -> {
            table.continueDump();
            return null;
        });
        awaitUntil(() -> counting.batchEnds.get() == 1);
        assertThat(counting.dumped.get()).isEqualTo(1);
    }

    @Test
    void importedFlowsAreThereAfterFlushAndAreNoEvents() throws Exception {
        onLoop(() -> {
            for (int port = 0; port < FLOWS; port++) {
                table.insert(Flows.tcpSnat(port));
            }
            table.flush();
            return null;
        });
        assertThat(table.entries()).isEqualTo(FLOWS + WITNESSES);
        assertThat(table.counters().value(ConntrackCounter.CREATED)).isEqualTo(FLOWS);
        other.importer.insert(Flows.tcpSnat(FLOWS));
        other.importer.flush();
        awaitUntil(() -> counting.inserts.get() == 1);
        assertThat(table.counters().value(ConntrackCounter.EVENTS)).isEqualTo(1);
    }

    private <T> T onLoop(Callable<T> call) throws Exception {
        Promise<T> promise = Promise.promise();
        loop.runOnContext(nothing -> {
            try {
                promise.complete(call.call());
            } catch (Exception e) {
                promise.fail(e);
            }
        });
        return await(promise.future());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static void awaitUntil(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(condition);
    }

    /** Counts calls, and asks for the dump's next batch if it is to go on. */
    private final class Counting implements StateEvents {
        final AtomicInteger inserts = new AtomicInteger();
        final AtomicInteger burstEnds = new AtomicInteger();
        final AtomicInteger dumped = new AtomicInteger();
        final AtomicInteger batchEnds = new AtomicInteger();
        final AtomicInteger dumpEnds = new AtomicInteger();
        final AtomicInteger overruns = new AtomicInteger();
        final AtomicInteger notices = new AtomicInteger();
        volatile boolean goOn;

        @Override
        public void onInsert(StateRecord state) {
            inserts.incrementAndGet();
        }

        @Override
        public void onUpdate(StateRecord state) {}

        @Override
        public void onDelete(StateRecord state, FlowEnd end) {}

        @Override
        public void onFlushed() {}

        @Override
        public void onBurstEnd() {
            burstEnds.incrementAndGet();
        }

        @Override
        public void onHalfOpenTold(boolean told) {}

        @Override
        public void onNotice(String message) {
            notices.incrementAndGet();
        }

        @Override
        public void onOverrun() {
            overruns.incrementAndGet();
        }

        @Override
        public void onDumpEntry(StateRecord state) {
            dumped.incrementAndGet();
        }

        @Override
        public void onDumpBatchEnd(boolean last) {
            batchEnds.incrementAndGet();
            if (last) {
                dumpEnds.incrementAndGet();
            } else if (goOn) {
                table.continueDump();
            }
        }
    }
}
