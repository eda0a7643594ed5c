// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.SyncLink;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.traffic.Download;
import io.mirrorcarp.lab.traffic.DownloadPlan;
import io.mirrorcarp.lab.traffic.DownloadResult;
import io.mirrorcarp.lab.traffic.DownloadServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** One run: both firewalls take their roles, downloads run, the master goes, and what happens is written down. */
final class Scenario {
    private static final Duration SETUP_LIMIT = Duration.ofSeconds(60);
    private static final Duration TAKEOVER_LIMIT = Duration.ofSeconds(10);
    private static final Duration RETRY_MARGIN = Duration.ofSeconds(5);
    private static final long POLL_NANOS = 3_000_000;
    private static final double NANOS = 1e9;

    private final Progress progress;
    private final boolean pfsync;
    private final long startNanos = System.nanoTime();
    private final Topology topology;
    private final Firewall master;
    private final Firewall standby;
    private double setupSeconds;

    /** Builds the topology in an empty lab; nothing runs yet. */
    Scenario(Lab lab, boolean pfsync, Progress progress) {
        this.progress = progress;
        this.pfsync = pfsync;
        this.topology = new Topology(lab, SyncLink.CABLE);
        this.master = topology.firewallA(Topology.settingsA().withPfsync(pfsync));
        this.standby = topology.firewallB(Topology.settingsB().withPfsync(pfsync));
        step("network built: client, fw-a, fw-b, server in namespaces mc-" + lab.id() + "-*");
    }

    Topology topology() {
        return topology;
    }

    Firewall master() {
        return master;
    }

    Firewall standby() {
        return standby;
    }

    /** Starts both firewalls and waits for their roles. */
    void start() {
        master.start();
        standby.start();
        step("carpd started on fw-a and fw-b, " + (pfsync ? "pfsync on sync0" : "pfsync off"));
        awaitRoles();
        setupSeconds = (System.nanoTime() - startNanos) / NANOS;
        step("fw-a is MASTER of wan and lan, fw-b is BACKUP" + (pfsync ? ", both in sync" : ""));
    }

    /** Waits until fw-a is master of everything, fw-b backup, and both in sync when they replicate. */
    void awaitRoles() {
        Predicate<JsonNode> synced = Statuses.pfsync(pfsync ? "in-sync" : "off");
        String words = pfsync ? " and in sync" : "";
        master.await(
                "MASTER of both virtual hosts" + words, Statuses.every("master").and(synced), SETUP_LIMIT);
        standby.await(
                "BACKUP of both virtual hosts" + words, Statuses.every("backup").and(synced), SETUP_LIMIT);
    }

    /** Runs the downloads, takes the master down midway and waits for the end. */
    RunOutcome run(Failure failure, int count, RandomGenerator random) {
        try (DownloadServer server = new DownloadServer(topology.server(), Topology.SERVER)) {
            List<Download> downloads = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                downloads.add(Download.start(
                        topology.client(),
                        server.address(),
                        DownloadPlan.parallel(random.nextLong(), count),
                        failure.gapLimit().plus(RETRY_MARGIN)));
            }
            step(downloadWords(downloads.get(0).plan(), count));
            awaitHalf(downloads);
            return strike(failure, downloads, server);
        }
    }

    private RunOutcome strike(Failure failure, List<Download> downloads, DownloadServer server) {
        LogFollower log = new LogFollower(standby.carpd().process().logFile());
        long struckNanos = System.nanoTime();
        failure.strike(topology, master);
        List<TimedEvent> events = new ArrayList<>();
        events.add(new TimedEvent(0, master.name(), failure.words()));
        step(master.name() + " " + failure.words());
        while (!downloads.stream().allMatch(Download::isDone)) {
            collect(log, struckNanos, events);
            showBytes(downloads);
            LockSupport.parkNanos(POLL_NANOS);
        }
        collect(log, struckNanos, events);
        List<DownloadResult> results = downloads.stream().map(Download::join).toList();
        addArrival(results, struckNanos, events);
        step("downloads over: "
                + results.stream().filter(DownloadResult::complete).count() + " of " + results.size() + " complete");
        boolean standbyMaster = isMaster();
        boolean newWorks = Download.start(topology.client(), server.address(), DownloadPlan.brief(1), RETRY_MARGIN)
                .join()
                .complete();
        return new RunOutcome(pfsync, setupSeconds, events, results, standbyMaster, newWorks);
    }

    private boolean isMaster() {
        try {
            standby.awaitState("master", TAKEOVER_LIMIT);
            return true;
        } catch (LabException e) {
            step(e.reason());
            return false;
        }
    }

    private void awaitHalf(List<Download> downloads) {
        while (downloads.stream().anyMatch(Scenario::beforeHalf)) {
            showBytes(downloads);
            LockSupport.parkNanos(POLL_NANOS);
        }
        for (Download download : downloads) {
            if (download.isDone()) {
                throw new LabException("a download ended before the failure: "
                        + download.join().error());
            }
        }
    }

    private static boolean beforeHalf(Download download) {
        return !download.isDone()
                && download.arrivals().bytes() < download.plan().bytes() / 2;
    }

    private void collect(LogFollower log, long struckNanos, List<TimedEvent> events) {
        for (String line : log.newLines()) {
            int carp = line.indexOf("carp: ");
            if (carp >= 0) {
                events.add(new TimedEvent(
                        (System.nanoTime() - struckNanos) / NANOS, standby.name(), line.substring(carp)));
                step(standby.name() + " " + line.substring(carp));
            }
        }
    }

    /** The first byte after the longest gap of the download that had the longest. */
    private void addArrival(List<DownloadResult> results, long struckNanos, List<TimedEvent> events) {
        DownloadResult worst = results.stream()
                .max(Comparator.comparing(result -> result.longestGap().nanos()))
                .orElseThrow();
        worst.arrivals()
                .firstAfter(worst.longestGap().startNanos())
                .ifPresent(nanos -> events.add(new TimedEvent(
                        (nanos - struckNanos) / NANOS, topology.client().name(), "first byte after the gap")));
        events.sort(Comparator.comparing(TimedEvent::seconds));
    }

    private void showBytes(List<Download> downloads) {
        long bytes = downloads.stream()
                .mapToLong(download -> download.arrivals().bytes())
                .sum();
        long total = downloads.stream()
                .mapToLong(download -> download.plan().bytes())
                .sum();
        progress.live(
                System.nanoTime(),
                String.format(
                        Locale.ROOT,
                        "          downloaded %,d of %,d bytes (%d %%)",
                        bytes,
                        total,
                        100 * bytes / total));
    }

    private static String downloadWords(DownloadPlan plan, int count) {
        return String.format(
                Locale.ROOT,
                "%s of %.2f MB, about %d s, from server through the virtual addresses",
                count == 1 ? "download" : count + " downloads",
                plan.bytes() / 1e6,
                plan.duration().toSeconds());
    }

    private void step(String text) {
        progress.step(System.nanoTime(), text);
    }
}
