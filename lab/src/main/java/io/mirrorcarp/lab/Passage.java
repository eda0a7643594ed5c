// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.traffic.Download;
import io.mirrorcarp.lab.traffic.DownloadPlan;
import io.mirrorcarp.lab.traffic.DownloadResult;
import io.mirrorcarp.lab.traffic.DownloadServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Connections through the pair while the master goes and comes back. */
final class Passage implements AutoCloseable {
    private static final Duration TAKEOVER_LIMIT = Duration.ofSeconds(10);
    private static final Duration WAY_BACK_LIMIT = Duration.ofSeconds(60);
    private static final Duration RETRY_MARGIN = Duration.ofSeconds(5);
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(5);
    private static final long POLL_NANOS = 3_000_000;
    /** The failure comes after this part of each download: 5 s. */
    private static final int MIDWAY = 12;

    private static final int IDLE_CONNECTIONS = 10;
    private static final double NANOS = 1e9;

    private final Scenario scenario;
    private final Failure failure;
    private final Topology topology;
    private final Firewall master;
    private final Firewall standby;
    private final DownloadServer server;
    private final IdleConnections idle;
    private final List<Download> downloads = new ArrayList<>();
    private final TimeLine timeLine;
    private boolean standbyMaster;
    private boolean newWorks;
    private int alive;

    Passage(Scenario scenario, Failure failure, int count, RandomGenerator random) {
        this.scenario = scenario;
        this.failure = failure;
        topology = scenario.topology();
        master = scenario.master();
        standby = scenario.standby();
        timeLine = new TimeLine(scenario);
        server = new DownloadServer(topology.server(), Topology.SERVER);
        idle = IdleConnections.open(topology, IDLE_CONNECTIONS);
        for (int i = 0; i < count; i++) {
            downloads.add(Download.start(
                    topology.client(),
                    server.address(),
                    DownloadPlan.parallel(random.nextLong(), count),
                    failure.gapLimit().plus(RETRY_MARGIN)));
        }
        scenario.step(words(downloads.get(0).plan(), count));
    }

    /** Waits until a part of each download has come, and until each idle connection has said something. */
    void awaitMidway() {
        alive = idle.exchange(IDLE_LIMIT);
        if (alive < IDLE_CONNECTIONS) {
            throw new LabException("an idle connection died before the failure");
        }
        watch(() -> downloads.stream().noneMatch(Passage::beforeMidway));
        for (Download download : downloads) {
            if (download.isDone()) {
                throw new LabException("a download ended before the failure: "
                        + download.join().error());
            }
        }
    }

    private static boolean beforeMidway(Download download) {
        return !download.isDone()
                && download.arrivals().bytes() < download.plan().bytes() / MIDWAY;
    }

    /** Takes the master down, and waits until every connection has gone on or died. */
    void failOver() {
        timeLine.begin(System.nanoTime(), master.name(), failure.words());
        failure.strike(topology, master);
        standbyMaster = isReached(standby, "MASTER of every vhid", Statuses.every("master"), TAKEOVER_LIMIT);
        awaitBytesSince(System.nanoTime());
        alive = idle.exchange(IDLE_LIMIT);
        newWorks = newConnectionWorks();
    }

    /** Brings the master back, and waits until every connection has gone on through it. */
    WayBack comeBack() {
        long repairedNanos = System.nanoTime();
        timeLine.add(master.name(), failure.repairWords());
        failure.repair(topology, master);
        Predicate<JsonNode> wanted = Statuses.every("master");
        boolean again = isReached(
                master,
                "MASTER of every vhid again",
                scenario.pfsync() ? wanted.and(Statuses.pfsync("in-sync")) : wanted,
                WAY_BACK_LIMIT);
        double seconds = (System.nanoTime() - repairedNanos) / NANOS;
        awaitBytesSince(System.nanoTime());
        alive = idle.exchange(IDLE_LIMIT);
        newWorks &= newConnectionWorks();
        long gapNanos = downloads.stream()
                .mapToLong(download -> download.arrivals()
                        .longestGapSince(repairedNanos, System.nanoTime())
                        .nanos())
                .max()
                .orElse(0);
        return new WayBack(again, seconds, gapNanos / NANOS);
    }

    /** Lets the rest of the downloads come at full speed, and tells how all ended. */
    RunOutcome end(double setupSeconds, @Nullable WayBack wayBack) {
        downloads.forEach(Download::hurry);
        watch(() -> downloads.stream().allMatch(Download::isDone));
        List<DownloadResult> results = downloads.stream().map(Download::join).toList();
        timeLine.addArrival(results, topology.client().name());
        scenario.step("downloads over: "
                + results.stream().filter(DownloadResult::complete).count() + " of " + results.size()
                + " complete; idle connections alive: " + alive + " of " + IDLE_CONNECTIONS);
        return new RunOutcome(
                scenario.pfsync(),
                setupSeconds,
                timeLine.events(),
                results,
                new IdleOutcome(IDLE_CONNECTIONS, alive),
                standbyMaster,
                newWorks,
                wayBack);
    }

    private boolean newConnectionWorks() {
        return Download.start(topology.client(), server.address(), DownloadPlan.brief(1), RETRY_MARGIN)
                .join()
                .complete();
    }

    /** Waits until each download has a byte that came after an instant, or is over. */
    private void awaitBytesSince(long nanos) {
        watch(() -> downloads.stream()
                .allMatch(download -> download.isDone()
                        || download.arrivals().firstAfter(nanos).isPresent()));
    }

    /** Waits for a state while the time line is written. */
    private boolean isReached(Firewall firewall, String words, Predicate<JsonNode> condition, Duration limit) {
        CompletableFuture<Boolean> reached =
                CompletableFuture.supplyAsync(() -> awaits(firewall, words, condition, limit));
        watch(reached::isDone);
        return reached.join();
    }

    private boolean awaits(Firewall firewall, String words, Predicate<JsonNode> condition, Duration limit) {
        try {
            firewall.await(words, condition, limit);
            return true;
        } catch (LabException e) {
            scenario.step(e.reason());
            return false;
        }
    }

    private void watch(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            timeLine.collect();
            showBytes();
            LockSupport.parkNanos(POLL_NANOS);
        }
        timeLine.collect();
    }

    private void showBytes() {
        long bytes = downloads.stream()
                .mapToLong(download -> download.arrivals().bytes())
                .sum();
        scenario.progress()
                .live(System.nanoTime(), String.format(Locale.ROOT, "          downloaded %,d bytes", bytes));
    }

    private static String words(DownloadPlan plan, int count) {
        return String.format(
                Locale.ROOT,
                "%s of %.2f MB from server through the virtual addresses, and %d idle connections",
                count == 1 ? "download" : count + " downloads",
                plan.bytes() / 1e6,
                IDLE_CONNECTIONS);
    }

    @Override
    public void close() {
        idle.close();
        server.close();
    }
}
