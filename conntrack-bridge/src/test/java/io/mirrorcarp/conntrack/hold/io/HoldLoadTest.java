// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.conntrack.entry.FlowChoice;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.conntrack.io.ConntrackCounter;
import io.mirrorcarp.conntrack.io.ConntrackSettings;
import io.mirrorcarp.conntrack.io.ConntrackTable;
import io.mirrorcarp.netio.NamespacedVertx;
import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.pfsync.message.FlowTuple;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.vertx.core.Future;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What holding costs: many packets that outran their state, and a flood that nobody waits for. */
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "loads the machine: bin/test --load")
class HoldLoadTest {
    private static final int PER_SECOND = 20_000;
    private static final int SECONDS = 3;
    private static final int FIRST_PORT = 2_000;
    private static final int PORTS = 60_000;
    /** In bursts of so many, as they come from a network. */
    private static final int BURST = 20;

    private static final long STATE_LATER_NANOS = TimeUnit.MILLISECONDS.toNanos(3);
    private static final long CLIENT = 0x0a000002L;
    private static final long SERVER = 0xc0000202L;
    private static final long VIRTUAL = 0xc0000201L;
    private static final int ANSWER = 7_000;
    private static final Pattern PACKETS = Pattern.compile("packets (\\d+)");

    private HoldBed bed;
    private NamespacedVertx vertx;
    private HoldVerticle hold;
    private ConntrackTable table;
    private long threadId;

    @BeforeEach
    void open() throws Exception {
        bed = new HoldBed();
        bed.nft(
                bed.client,
                "table inet count { chain in { type filter hook prerouting priority raw; udp sport 7000 counter drop; }; }");
        vertx = NamespacedVertx.create(bed.router);
        hold = new HoldVerticle(HoldLoadTest::hash, () -> Set.of("wan0"), trouble -> System.out.println(trouble));
        await(vertx.vertx().deployVerticle(hold));
        await(hold.hold(true));
        CompletableFuture<Long> id = new CompletableFuture<>();
        vertx.vertx().runOnContext(nothing -> id.complete(Thread.currentThread().getId()));
        threadId = id.get(5, TimeUnit.SECONDS);
        table = NetworkNamespace.within(bed.router, () -> ConntrackTable.open(ConntrackSettings.of(FlowChoice.ALL)));
    }

    @AfterEach
    void close() {
        if (table != null) {
            table.close();
        }
        if (vertx != null) {
            vertx.close();
        }
        if (bed != null) {
            bed.close();
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static long hash(FlowTuple tuple, int zone) {
        long mixed = (tuple.sourceLow * 31 + tuple.destinationLow) * 0x9e37_79b9_7f4a_7c15L
                + ((long) tuple.sourcePort << 16 | tuple.destinationPort);
        mixed *= 0xe703_7ed1_a0b4_28dbL;
        return mixed ^ mixed >>> 29;
    }

    private static StateRecord state(int port) {
        StateRecord record = new StateRecord();
        record.original.family = FlowTuple.FAMILY_IPV4;
        record.original.sourceLow = CLIENT;
        record.original.destinationLow = SERVER;
        record.original.protocol = IpProtocol.UDP;
        record.original.sourcePort = port;
        record.original.destinationPort = ANSWER;
        record.status = StateRecord.STATUS_SOURCE_NAT;
        record.snatLow = VIRTUAL;
        record.snatPort = port;
        record.timeoutSeconds = 30;
        return record;
    }

    private long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(threadId);
    }

    private long arrived() {
        Matcher packets = PACKETS.matcher(bed.net.run(bed.client, "nft list ruleset"));
        assertThat(packets.find()).isTrue();
        return Long.parseLong(packets.group(1));
    }

    private long count(ConntrackCounter counter) {
        return hold.counters().getOrDefault(counter, 0L);
    }

    @Test
    void twentyThousandPacketsASecondAreHeldByOneCore() throws Exception {
        int packets = PER_SECOND * SECONDS;
        long cpuBefore = cpuNanos();
        long begunNanos = System.nanoTime();
        Thread states = new Thread(() -> tellStates(begunNanos, packets));
        states.start();
        try (DatagramSocket server = HoldBed.socket(bed.server, HoldBed.SERVER, ANSWER)) {
            for (int i = 0; i < packets; i++) {
                if (i % BURST == 0) {
                    pace(begunNanos + dueNanos(i));
                }
                send(server, FIRST_PORT + i % PORTS);
            }
        }
        states.join();
        double seconds = (System.nanoTime() - begunNanos) / 1e9;
        double cpu = (cpuNanos() - cpuBefore) / 1e9 / seconds;
        System.out.printf(
                Locale.ROOT,
                "%d packets in %.2f s, %.0f %% of a core, %s%n",
                packets,
                seconds,
                100 * cpu,
                hold.counters());
        assertThat(packets / seconds).as("packets a second").isGreaterThan(0.8 * PER_SECOND);
        assertThat(count(ConntrackCounter.HELD)).isGreaterThan(packets / 2L);
        assertThat(cpu).as("cores").isLessThan(1);
        assertThat(arrived()).isGreaterThan(packets * 95L / 100);
    }

    private static long dueNanos(int packet) {
        return packet * (TimeUnit.SECONDS.toNanos(1) / PER_SECOND);
    }

    private static void pace(long untilNanos) {
        while (System.nanoTime() < untilNanos) {
            LockSupport.parkNanos(50_000);
        }
    }

    private void tellStates(long begunNanos, int packets) {
        for (int i = 0; i < packets; i += BURST) {
            pace(begunNanos + dueNanos(i) + STATE_LATER_NANOS);
            for (int j = i; j < i + BURST; j++) {
                table.insert(state(FIRST_PORT + j % PORTS));
            }
            table.flush();
        }
    }

    private static void send(DatagramSocket from, int port) throws Exception {
        byte[] word = {1};
        from.send(new DatagramPacket(word, 1, InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}), port));
    }

    @Test
    void aFloodThatNobodyWaitsForCostsLittleAndDelaysNobodyElse() throws Exception {
        long cpuBefore = cpuNanos();
        long begunNanos = System.nanoTime();
        long sent = 0;
        int others = 0;
        try (DatagramSocket flood = HoldBed.socket(bed.server, HoldBed.SERVER, ANSWER);
                DatagramSocket other = HoldBed.socket(bed.server, HoldBed.SECOND_SERVER, ANSWER)) {
            long untilNanos = begunNanos + TimeUnit.SECONDS.toNanos(SECONDS);
            long nextNanos = begunNanos + TimeUnit.MILLISECONDS.toNanos(200);
            while (System.nanoTime() < untilNanos) {
                send(flood, FIRST_PORT + (int) (sent++ % PORTS));
                if (System.nanoTime() > nextNanos) {
                    nextNanos += TimeUnit.MILLISECONDS.toNanos(100);
                    send(other, FIRST_PORT + others);
                    StateRecord theirs = state(FIRST_PORT + others++);
                    theirs.original.destinationLow = SERVER + 1;
                    table.insert(theirs);
                    table.flush();
                }
            }
        }
        double seconds = (System.nanoTime() - begunNanos) / 1e9;
        double cpu = (cpuNanos() - cpuBefore) / 1e9 / seconds;
        System.out.printf(
                Locale.ROOT,
                "%.0f stray packets a second: %.0f %% of a core, %d of %d others came through, %s%n",
                sent / seconds,
                100 * cpu,
                arrived(),
                others,
                hold.counters());
        assertThat(cpu).as("cores").isLessThan(0.7);
        assertThat(count(ConntrackCounter.HELD)).isLessThan(sent / 10);
        assertThat(arrived()).as("packets of others").isGreaterThan(others * 8L / 10);
    }
}
