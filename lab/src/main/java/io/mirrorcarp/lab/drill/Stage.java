// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.drill;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.CarpdSettings;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.RouterPlan;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Where a drill is played: firewalls that are not started, and the list of what was shown. */
public final class Stage {
    private static final Duration SETUP_LIMIT = Duration.ofSeconds(60);
    private static final int SKEW_STEP = 50;

    private final boolean pfsync;
    private final Topology topology;
    private final List<Firewall> firewalls = new ArrayList<>();
    private final List<Claim> claims = new ArrayList<>();
    private final Consumer<String> step;

    /**
     * Builds it in an empty lab.
     *
     * @param pfsync whether states are replicated
     * @param http where each firewall serves its web pages; empty for none
     * @param step is told what happens
     */
    public Stage(Lab lab, Drill drill, boolean pfsync, String http, Consumer<String> step) {
        this.pfsync = pfsync;
        this.step = step;
        topology = new Topology(lab, drill.syncLink(), RouterPlan.row(drill.nodes()));
        for (int i = 0; i < drill.nodes(); i++) {
            CarpdSettings settings = CarpdSettings.of(
                            topology.routers().get(i).plan().name(), i * SKEW_STEP)
                    .withPfsync(pfsync)
                    .withHttp(http);
            firewalls.add(new Firewall(topology.routers().get(i), topology.keys(), settings));
        }
    }

    public Topology topology() {
        return topology;
    }

    /** In the order in which they are preferred. */
    public List<Firewall> firewalls() {
        return List.copyOf(firewalls);
    }

    Firewall node(int place) {
        return firewalls.get(place);
    }

    void step(String words) {
        step.accept(words);
    }

    /** Starts all and waits until the first is master, the others are backups, and all have the same states. */
    void start() {
        step("network built, carpd starts on "
                + firewalls.stream().map(Firewall::name).collect(Collectors.joining(", ")));
        firewalls.forEach(Firewall::start);
        awaitMaster(0);
        step("fw-a is MASTER" + (pfsync ? ", all in sync" : ", pfsync off"));
    }

    /** Waits until one is master of everything and those behind it are backups. */
    void awaitMaster(int place) {
        Predicate<JsonNode> synced = synced();
        boolean alone = place == firewalls.size() - 1;
        await(
                place,
                "MASTER",
                alone ? Statuses.every("master") : Statuses.every("master").and(synced));
        for (int behind = place + 1; behind < firewalls.size(); behind++) {
            await(behind, "BACKUP", Statuses.every("backup").and(synced));
        }
    }

    /** In sync, where there is replication. */
    Predicate<JsonNode> synced() {
        return Statuses.pfsync(pfsync ? "in-sync" : "off");
    }

    /** Waits until the first says that a failover would lose nothing; without replication none ever says so. */
    void awaitReady() {
        if (pfsync) {
            await(
                    0,
                    "ready to fail over",
                    status -> status.path("failoverReady").asBoolean());
        }
    }

    void await(int place, String words, Predicate<JsonNode> condition) {
        node(place).await(words, condition, SETUP_LIMIT);
    }

    /** Whether it comes true in time. */
    boolean becomes(int place, Predicate<JsonNode> condition, Duration limit) {
        try {
            node(place).await("as the drill wants it", condition, limit);
            return true;
        } catch (LabException e) {
            step(e.reason());
            return false;
        }
    }

    /** Notes what must be true. */
    void claim(boolean holds, String words) {
        claims.add(new Claim(words, holds));
        step((holds ? "yes: " : "NO: ") + words);
    }

    /** Notes what must be true with replication, and must not without. */
    void survives(boolean alive, String words) {
        if (pfsync) {
            claim(alive, words);
        } else {
            claim(!alive, "not without replication: " + words);
        }
    }

    /** All that was noted. */
    public List<Claim> claims() {
        return List.copyOf(claims);
    }
}
