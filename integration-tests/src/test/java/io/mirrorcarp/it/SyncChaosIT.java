// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.BadCable;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.traffic.FlowLoad;
import io.mirrorcarp.lab.traffic.FlowPath;
import io.mirrorcarp.netio.MacAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/** Both kernels hold the same flows in the end, whatever happened to the sync link and to the daemons. The topology is drawn at {@link Pair}. */
@Isolated
@EnabledIfSystemProperty(
        named = "load",
        matches = "true",
        disabledReason = "loads the machine for a minute and more: run it with -Dload=true")
class SyncChaosIT {
    private static final long SEED = 7;
    private static final int FLOWS_PER_SECOND = 3_000;
    private static final int LIFETIME_SECONDS = 8;

    /** Mostly less than 5 s. But a kernel tells of a flow whose timer ran out up to a minute later, and until then the copy stays. */
    private static final Duration EQUAL_LIMIT = Duration.ofSeconds(75);

    @Test
    void theTablesAreEqualAfterAMinuteOfChaos() throws Exception {
        try (Pair pair = Pair.of(UnaryOperator.identity());
                BadCable cable = new BadCable(pair.topology.sync(), pair.a.host(), pair.b.host(), SEED)) {
            forgetClosedSoon(pair);
            pair.start();
            pair.awaitPreferredRoles("in-sync");
            try (FlowLoad load = load(pair)) {
                load.open(FLOWS_PER_SECOND, LIFETIME_SECONDS);
                cable.quality(30, 5, 10);
                awaitMore(load, 12);
                partition(cable, load);
                killAndRestart(pair.b, load);
                overrun(pair, load);
                killAndRestart(pair.a, load);
                awaitMore(load, 10);
                load.open(0, 0);
            }
            cable.quality(0, 0, 0);
            System.out.printf(
                    "lost %d, repeated %d, overtaken %d frames%n", cable.lost(), cable.repeated(), cable.overtaken());
            assertThat(cable.lost()).isGreaterThan(1_000);
            assertThat(cable.repeated()).isPositive();
            assertThat(cable.overtaken()).isPositive();
            assertEqualTables(pair);
        }
    }

    /** So that flows end while the test runs, and none is about to end when the tables are compared. */
    static void forgetClosedSoon(Pair pair) {
        for (Firewall firewall : new Firewall[] {pair.a, pair.b}) {
            firewall.host()
                    .sysctl(
                            "net.netfilter.nf_conntrack_tcp_timeout_time_wait=5",
                            "net.netfilter.nf_conntrack_tcp_timeout_last_ack=5",
                            "net.netfilter.nf_conntrack_tcp_timeout_close=3");
        }
    }

    private static void partition(BadCable cable, FlowLoad load) {
        cable.quality(100, 0, 0);
        awaitMore(load, 8);
        cable.quality(30, 5, 10);
        awaitMore(load, 4);
    }

    private static void killAndRestart(Firewall firewall, FlowLoad load) {
        firewall.kill();
        awaitMore(load, 2);
        firewall.start();
        awaitMore(load, 6);
        firewall.await("answering", status -> true, Pair.START_LIMIT);
    }

    /** The master stands still while more events come than its socket has room for, and not so long that the backup takes over. */
    private static void overrun(Pair pair, FlowLoad load) {
        Firewall master = master(pair);
        long pid = master.carpd().process().pid();
        LabHost host = master.host();
        host.run("kill", "-STOP", Long.toString(pid)).orThrow();
        try {
            load.open(50_000, LIFETIME_SECONDS);
            long target = load.opened() + 100_000;
            await("burst", () -> load.opened() >= target);
        } finally {
            host.run("kill", "-CONT", Long.toString(pid)).orThrow();
            load.open(FLOWS_PER_SECOND, LIFETIME_SECONDS);
        }
        master.await("answering", status -> true, Pair.START_LIMIT);
        await("overrun", () -> master.stats().path("conntrack").path("overruns").asLong() > 0);
    }

    private static Firewall master(Pair pair) {
        Predicate<JsonNode> isMaster = Statuses.every("master");
        await("a master of both virtual hosts", () -> isMaster.test(pair.a.status()) != isMaster.test(pair.b.status()));
        return isMaster.test(pair.a.status()) ? pair.a : pair.b;
    }

    /** So many seconds of load. */
    private static void awaitMore(FlowLoad load, int seconds) {
        long target = load.opened() + (long) seconds * FLOWS_PER_SECOND;
        await("load", () -> load.opened() >= target);
    }

    private static void await(String what, java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }

    static FlowLoad load(Pair pair) throws UnknownHostException {
        return new FlowLoad(
                pair.topology.client(),
                pair.topology.server(),
                new FlowPath(
                        InetAddress.getByName(Topology.CLIENT),
                        InetAddress.getByName(Topology.SERVER),
                        InetAddress.getByName(Topology.VIRTUAL_WAN),
                        MacAddress.parse("00:00:5e:00:01:02"),
                        MacAddress.parse("00:00:5e:00:01:01")));
    }

    /** Waits until both nodes say that they are in sync and the kernels agree. Closed flows are let go first: the kernel takes its time. */
    static void assertEqualTables(Pair pair) {
        Awaitility.await("closed flows gone")
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> !KernelTable.of(pair.a.host()).hasClosed());
        long start = System.nanoTime();
        pair.a.await("in sync", Statuses.pfsync("in-sync"), Pair.START_LIMIT);
        pair.b.await("in sync", Statuses.pfsync("in-sync"), Pair.START_LIMIT);
        String[] difference = {"not compared"};
        int[] size = {0};
        long[] states = {0};
        try {
            Awaitility.await("equal tables")
                    .atMost(EQUAL_LIMIT)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        KernelTable a = KernelTable.of(pair.a.host());
                        KernelTable b = KernelTable.of(pair.b.host());
                        size[0] = a.size();
                        states[0] = a.statesThatDifferFrom(b);
                        difference[0] = a.differenceFrom(b);
                        return difference[0].isEmpty();
                    });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("fw-a against fw-b: " + difference[0] + pair.logsOf(), e);
        }
        System.out.printf(
                "%d flows, the same after %.1f s, %d of them in different TCP states%n",
                size[0], (System.nanoTime() - start) / 1e9, states[0]);
        assertThat(states[0])
                .as("flows in different TCP states: those whose changes a killed daemon had not told")
                .isLessThan(500);
    }
}
