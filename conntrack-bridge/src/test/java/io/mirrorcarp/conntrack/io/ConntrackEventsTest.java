// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.FlowChoice;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.conntrack.entry.TcpConntrack;
import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.pfsync.message.StateRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.pollinterval.FixedPollInterval;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real kernel's table tells: events, overruns, dumps. */
class ConntrackEventsTest {
    private static final int SMALL_BUFFER = 20_000;

    private Namespaces namespaces;
    private String name;
    private NetworkNamespace entered;
    private TableParts table;
    /** Another program that changes the same table. */
    private TableParts other;

    @BeforeEach
    void open() throws Exception {
        namespaces = new Namespaces();
        name = namespaces.add("fw");
        entered = NetworkNamespace.enter(name);
        assertThat(KernelChecks.run().errors()).isEmpty();
        other = new TableParts();
        table = new TableParts();
        // The conditions below call sockets of this thread's namespace.
        Awaitility.pollInSameThread();
        Awaitility.setDefaultPollInterval(FixedPollInterval.fixed(Duration.ofMillis(20)));
    }

    @AfterEach
    void close() throws Exception {
        Awaitility.reset();
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
    void aFlowIsToldFromItsBeginningToItsEnd() {
        StateRecord flow = Flows.tcpSnat(1000);
        flow.mark = 9;
        other.importer.insert(flow);
        other.importer.update(flow);
        other.importer.delete(flow);
        other.importer.flush();
        table.drain();
        assertThat(table.told.names()).containsExactly("insert", "update", "deleted");
        ConntrackEntry told = table.told.calls.get(0).flow();
        assertThat(told.original.sameAs(flow.original)).isTrue();
        assertThat(told.reply.destinationLow).isEqualTo(Flows.VIRTUAL);
        assertThat(told.mark).isEqualTo(9);
        assertThat(table.told.burstEnds).isEqualTo(1);
        assertThat(table.count(ConntrackCounter.EVENTS)).isEqualTo(3);
    }

    @Test
    void aFlowThatRunsOutIsExpiredAndNotDeleted() {
        StateRecord flow = Flows.tcpSnat(1000);
        flow.timeoutSeconds = 1;
        other.importer.insert(flow);
        other.importer.flush();
        // A dump has the kernel notice what ran out.
        await().atMost(Duration.ofSeconds(10)).until(() -> other.dumpAll().isEmpty());
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            table.drain();
            return table.told.calls.size() == 2;
        });
        assertThat(table.told.names()).containsExactly("insert", "expired");
    }

    private void conntrack(String words) throws Exception {
        List<String> command = new ArrayList<>(List.of("conntrack"));
        command.addAll(List.of(words.split(" ")));
        Namespaces.exec(name, command.toArray(String[]::new));
    }

    private void insertFlows() {
        for (int port = 1000; port < 1017; port++) {
            other.importer.insert(Flows.tcpSnat(port));
        }
        other.importer.flush();
        table.witness.stand(System.nanoTime());
        table.drain();
        table.told.calls.clear();
    }

    private long deleted() {
        return table.told.names().stream().filter("deleted"::equals).count();
    }

    @Test
    void deletionsByAFilterThatNamesEverythingAreNoFlush() throws Exception {
        insertFlows();
        conntrack("-D -s 10.0.0.2");
        table.drain();
        assertThat(deleted()).isEqualTo(17);
        assertThat(table.told.flushes).isZero();
    }

    @Test
    void aFlushIsToldEachTime() throws Exception {
        insertFlows();
        conntrack("-F");
        table.drain();
        assertThat(deleted()).isEqualTo(17);
        assertThat(table.told.flushes).isEqualTo(1);
        table.witness.stand(System.nanoTime() + 1_000_000_000L);
        insertFlows();
        conntrack("-D -p tcp");
        table.drain();
        assertThat(table.told.flushes).isEqualTo(1);
        conntrack("-F");
        table.drain();
        assertThat(table.told.flushes).isEqualTo(2);
    }

    @Test
    void filtersByFamilyStatusOrMarkAreNoFlush() throws Exception {
        for (String filter : List.of("-f ipv4", "-f ipv6", "-u ASSURED", "-u SEEN_REPLY", "-m 0")) {
            insertFlows();
            conntrack("-D " + filter);
            table.drain();
            assertThat(table.told.flushes).as(filter).isZero();
            table.witness.stand(System.nanoTime() + 1_000_000_000L);
        }
    }

    @Test
    void theWitnessIsInNoDumpAndTheBurstOfItsOwnIsSilent() {
        table.witness.stand(System.nanoTime());
        table.drain();
        assertThat(table.told.calls).isEmpty();
        assertThat(table.dumpAll()).isEmpty();
    }

    @Test
    void anOverrunIsToldAndWhatWasQueuedIsStillRead() throws Exception {
        table.close();
        table = new TableParts(
                new ConntrackSettings(TableParts.EVERYTHING, TableParts.EVERYTHING, SMALL_BUFFER, false));
        for (int port = 1000; port < 2000; port++) {
            other.importer.insert(Flows.tcpSnat(port));
        }
        other.importer.flush();
        table.drain();
        assertThat(table.told.overruns).isEqualTo(1);
        assertThat(table.count(ConntrackCounter.OVERRUNS)).isEqualTo(1);
        assertThat(table.told.calls).isNotEmpty().hasSizeLessThan(1000);
        other.importer.insert(Flows.tcpSnat(3000));
        other.importer.flush();
        int before = table.told.calls.size();
        table.drain();
        assertThat(table.told.calls).hasSize(before + 1);
    }

    @Test
    void reliableDestroyTellsOfEveryEndAfterAnOverrun() throws Exception {
        table.close();
        table = new TableParts(new ConntrackSettings(TableParts.EVERYTHING, TableParts.EVERYTHING, SMALL_BUFFER, true));
        for (int port = 1000; port < 1500; port++) {
            other.importer.insert(Flows.tcpSnat(port));
        }
        other.importer.flush();
        table.drain();
        table.told.calls.clear();
        for (int port = 1000; port < 1500; port++) {
            other.importer.delete(Flows.tcpSnat(port));
        }
        other.importer.flush();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            table.drain();
            return table.told.names().stream().filter("deleted"::equals).count() == 500;
        });
    }

    @Test
    void aLateEndDoesNotEndTheFlowThatFollowedIt() throws Exception {
        table.close();
        table = new TableParts(new ConntrackSettings(TableParts.EVERYTHING, TableParts.EVERYTHING, SMALL_BUFFER, true));
        for (int port = 1000; port < 1500; port++) {
            other.importer.insert(Flows.tcpSnat(port));
        }
        other.importer.flush();
        for (int port = 1000; port < 1500; port++) {
            other.importer.delete(Flows.tcpSnat(port));
        }
        for (int port = 1000; port < 1400; port++) {
            other.importer.insert(Flows.tcpSnat(port));
        }
        other.importer.flush();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            table.drain();
            return table.count(ConntrackCounter.LATE) == 400
                    && table.told.names().stream().filter("deleted"::equals).count() == 100;
        });
        assertThat(table.told.calls)
                .filteredOn(call -> call.name().equals("deleted"))
                .allMatch(call -> call.flow().original.sourcePort >= 1400);
    }

    @Test
    void flowsThatAreFilteredOutAreToldAsSuch() throws Exception {
        table.close();
        FlowChoice udpOnly = FlowChoice.of(List.of(IpProtocol.UDP), List.of());
        table = new TableParts(ConntrackSettings.of(udpOnly));
        other.importer.insert(Flows.tcpSnat(1000));
        other.importer.delete(Flows.tcpSnat(1000));
        other.importer.insert(Flows.tcpSnat(1001));
        other.importer.flush();
        table.drain();
        assertThat(table.told.calls).hasSize(3).noneMatch(Told.Call::admitted);
        assertThat(table.dumpAll()).hasSize(1);
        assertThat(table.count(ConntrackCounter.FILTERED)).isEqualTo(4);
    }

    @Test
    void aDumpStopsAfterEachBatch() {
        for (int port = 1000; port < 3000; port++) {
            other.importer.insert(Flows.tcpSnat(port));
        }
        other.importer.flush();
        table.dump.start(false);
        table.dump.readBatch(table.told);
        assertThat(table.told.dumped).isNotEmpty().hasSizeLessThan(200);
        assertThat(table.told.batchEnds).isEqualTo(1);
        assertThat(table.told.dumpComplete).isFalse();
        while (!table.told.dumpComplete) {
            table.dump.readBatch(table.told);
        }
        assertThat(table.told.dumped).hasSize(2000);
        assertThat(table.dump.isRunning()).isFalse();
    }

    @Test
    void aCancelledDumpIsSilentAndTheNextIsWhole() {
        for (int port = 1000; port < 3000; port++) {
            other.importer.insert(Flows.tcpSnat(port));
        }
        other.importer.flush();
        table.dump.start(false);
        table.dump.readBatch(table.told);
        table.dump.cancel();
        table.dump.readBatch(table.told);
        assertThat(table.told.batchEnds).isEqualTo(1);
        assertThat(table.dumpAll()).hasSize(2000);
    }

    @Test
    void aDumpDoesNotBringBackWhatAnEventHasEnded() {
        StateRecord ended = Flows.tcpSnat(1000);
        other.importer.insert(ended);
        other.importer.insert(Flows.tcpSnat(1001));
        other.importer.flush();
        table.drain();
        // The kernel writes the batch now.
        table.dump.start(false);
        other.importer.delete(ended);
        other.importer.flush();
        table.drain();
        assertThat(table.told.names()).endsWith("deleted");
        table.dump.readBatch(table.told);
        assertThat(table.told.dumped).hasSize(1);
        assertThat(table.told.dumped.get(0).original.sourcePort).isEqualTo(1001);
    }

    @Test
    void anEventThatDoesNotTellTheTcpStateIsCompleted() {
        StateRecord flow = Flows.tcpSnat(1000);
        other.importer.insert(flow);
        other.importer.flush();
        ConntrackEntry entry = other.dumpAll().get(0);
        entry.hasProtocolState = false;
        entry.protocolState = 0;
        entry.tcpScaleOriginal = 0;
        assertThat(table.lookup.complete(entry)).isTrue();
        assertThat(entry.hasProtocolState).isTrue();
        assertThat(entry.protocolState).isEqualTo(flow.protocolState);
        assertThat(entry.tcpScaleOriginal).isEqualTo(flow.tcpScaleOriginal);
        other.importer.delete(flow);
        other.importer.flush();
        assertThat(table.lookup.complete(entry)).isFalse();
        assertThat(table.lookup.complete(entry)).isFalse();
    }

    @Test
    void whereVeryManyConnectionsOpenOnlyEstablishedOnesAreTold() {
        StateRecord opening = Flows.tcp(0);
        opening.status = 0;
        opening.protocolState = TcpConntrack.SYN_SENT;
        int[] flow = {0};
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            for (int end = flow[0] + 1_000; flow[0] < end; flow[0]++) {
                Flows.number(opening, flow[0]);
                other.importer.insert(opening);
            }
            other.importer.flush();
            table.drain();
            table.events.adapt(table.told, System.nanoTime());
            return !table.events.tellsHalfOpen();
        });
        assertThat(table.count(ConntrackCounter.FLOODS)).isEqualTo(1);
        assertThat(table.told.notices).hasSize(1);
        table.told.calls.clear();

        Flows.number(opening, flow[0]);
        other.importer.insert(opening);
        establish(opening);
        assertThat(table.told.names()).containsExactly("update");
        assertThat(table.told.calls.get(0).flow().protocolState).isEqualTo(TcpConntrack.ESTABLISHED);

        table.events.adapt(table.told, System.nanoTime() + Duration.ofMinutes(1).toNanos());
        assertThat(table.events.tellsHalfOpen()).isTrue();
        assertThat(table.told.halfOpenTold).containsExactly(false, true);
        Flows.number(opening, flow[0] + 1);
        opening.protocolState = TcpConntrack.SYN_SENT;
        other.importer.insert(opening);
        other.importer.flush();
        table.drain();
        assertThat(table.told.names()).containsExactly("update", "insert");
        assertThat(table.told.notices).hasSize(2);
    }

    @Test
    void whereManyCopiesComeTheKernelIsNotAskedForNewFlowsAndTheirUpdatesTellOfThem() {
        long now = 0;
        int copy = 0;
        do {
            table.events.adapt(table.told, now);
            for (int end = copy + 3_000; copy < end; copy++) {
                table.importer.insert(Flows.tcpSnat(copy));
            }
            table.importer.flush();
            now += Duration.ofMillis(250).toNanos();
        } while (table.events.listensToNew() && now < Duration.ofSeconds(2).toNanos());
        assertThat(table.events.listensToNew()).isFalse();

        StateRecord flow = Flows.tcp(copy);
        flow.protocolState = TcpConntrack.SYN_SENT;
        flow.status = 0;
        other.importer.insert(flow);
        other.importer.flush();
        table.drain();
        assertThat(table.told.names()).isEmpty();
        establish(flow);
        assertThat(table.told.names()).containsExactly("update");

        table.events.adapt(table.told, now);
        table.events.adapt(table.told, now + Duration.ofMillis(500).toNanos());
        assertThat(table.events.listensToNew()).isTrue();
        assertThat(table.told.halfOpenTold).containsExactly(true);
        other.importer.insert(Flows.tcp(copy + 1));
        other.importer.flush();
        table.drain();
        assertThat(table.told.names()).containsExactly("update", "insert");
    }

    @Test
    void whereBothWaysOfAConnectionMayDifferEveryBeginningIsHeard() throws Exception {
        table.events.setAsymmetric(true);
        for (int window = 0, copy = 0; window < 8; window++) {
            table.events.adapt(table.told, window * Duration.ofMillis(250).toNanos());
            for (int end = copy + 3_000; copy < end; copy++) {
                table.importer.insert(Flows.tcpSnat(copy));
            }
            table.importer.flush();
        }
        assertThat(table.events.listensToNew()).isTrue();
    }

    private void establish(StateRecord flow) {
        flow.protocolState = TcpConntrack.ESTABLISHED;
        flow.status = StateRecord.STATUS_SEEN_REPLY | StateRecord.STATUS_ASSURED;
        other.importer.update(flow);
        other.importer.flush();
        table.drain();
    }
}
