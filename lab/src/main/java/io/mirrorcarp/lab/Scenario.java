// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.SyncLink;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.Lab;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** One run: both firewalls take their roles, connections run, the master goes and comes back, and what happens is written down. */
final class Scenario {
    private static final Duration SETUP_LIMIT = Duration.ofSeconds(60);
    private static final double NANOS = 1e9;

    private final Progress progress;
    private final boolean pfsync;
    private final long startNanos = System.nanoTime();
    private final Topology topology;
    private final Firewall master;
    private final Firewall standby;
    private double setupSeconds;
    private boolean repaired;

    /** Builds the topology in an empty lab; nothing runs yet. */
    Scenario(Lab lab, boolean pfsync, Progress progress) {
        this(lab, pfsync, false, progress);
    }

    /** @param web whether both serve their web pages */
    Scenario(Lab lab, boolean pfsync, boolean web, Progress progress) {
        this.progress = progress;
        this.pfsync = pfsync;
        this.topology = new Topology(lab, SyncLink.CABLE);
        String http = web ? WebWindows.INSIDE : "";
        this.master = topology.firewallA(Topology.settingsA().withPfsync(pfsync).withHttp(http));
        this.standby =
                topology.firewallB(Topology.settingsB().withPfsync(pfsync).withHttp(http));
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

    /**
     * Runs downloads and idle connections, takes the master down midway, and brings it back.
     *
     * @param thereAndBack false to end when the standby has taken over
     */
    RunOutcome run(Failure failure, int count, boolean thereAndBack, RandomGenerator random) {
        try (Passage passage = new Passage(this, failure, count, random)) {
            passage.awaitMidway();
            passage.failOver();
            repaired = thereAndBack;
            WayBack wayBack = thereAndBack ? passage.comeBack() : null;
            return passage.end(setupSeconds, wayBack);
        }
    }

    /** Brings the master back when the run ended without that. */
    void repairUnlessDone(Failure failure) {
        if (!repaired) {
            failure.repair(topology, master);
        }
    }

    boolean pfsync() {
        return pfsync;
    }

    Progress progress() {
        return progress;
    }

    void step(String text) {
        progress.step(System.nanoTime(), text);
    }
}
