// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.election.CarpRules;
import io.mirrorcarp.carp.election.CarpSettings;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.election.ElectionRules;
import io.mirrorcarp.carp.election.Nudge;
import io.mirrorcarp.carp.election.PeerRules;
import io.mirrorcarp.carp.election.TakeoverSettings;
import io.mirrorcarp.carp.election.VrrpRules;
import io.mirrorcarp.carp.packet.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One seed: two to four whole nodes on one to three segments and a sync network, troubles drawn by lot, then peace. The promise holds at every moment ({@link SimulatedNode}); after
 * peace each segment has one master, which answers, and with preempt the segments of a group have the same. In some of the larger clusters nodes die for good before: that holds for those that are left.
 */
final class NodeScenario {
    private static final long MILLI = 1_000_000;
    private static final int TROUBLES = 24;
    private static final long CHAOS = 40 * Rules.SECOND;
    private static final long SETTLED = 20 * Rules.SECOND;

    /** One network in so many has as many nodes as a cluster may have. */
    private static final int MANY_EVERY = 100;

    private static final int MANY = 16;

    private final RandomGenerator random;
    private final VirtualClock clock = new VirtualClock();
    private final List<Lan> lans = new ArrayList<>();
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<String> groups = new ArrayList<>();
    private final SyncNetwork sync = new SyncNetwork(clock);
    private final List<String> history = new ArrayList<>();
    private final boolean preempt;
    private int stalls;
    private int burials;
    private int suspensions;
    /** Whether advertisements have sequences. */
    private final boolean proves;

    /** Nodes that follow CARP's rules, or all of them VRRP's. */
    NodeScenario(long seed, boolean vrrp) {
        random = new Random(seed);
        proves = !vrrp;
        int segments = 1 + random.nextInt(3);
        for (int i = 0; i < segments; i++) {
            lans.add(new Lan(clock, random, i));
            groups.add(i == 0 || random.nextInt(3) > 0 ? "firewall" : "other");
        }
        preempt = random.nextInt(3) > 0;
        int advbase = random.nextInt(4) == 0 ? 0 : 1;
        TakeoverSettings takeover =
                TakeoverSettings.AT_ONCE.withBarrier(200 * MILLI).withHandover(20 * MILLI);
        int count = seed % MANY_EVERY == 0 ? MANY : 2 + random.nextInt(3);
        int advskew = advbase == 0 ? 5 : 0;
        for (int i = 0; i < count; i++) {
            ElectionRules rules = vrrp
                    ? new VrrpRules(Protocol.VRRP3, 254 - advskew, advbase == 0 ? 10 : 100)
                    : new CarpRules(advbase, advskew, PeerRules.DEFAULT);
            CarpSettings settings =
                    CarpSettings.of(7, rules).withPreempt(preempt).withTakeover(takeover);
            SimulatedNode node = new SimulatedNode(clock, random, lans, sync, i + 1, groups, settings);
            if (!vrrp) {
                node.setSigners(Stream.<SimulatedSigner>generate(SimulatedSigner.Counting::new)
                        .limit(segments)
                        .toList());
            }
            nodes.add(node);
            advskew += 1 + random.nextInt(count == MANY ? 14 : 40);
        }
    }

    /** How often a node was frozen for longer than its leases. */
    int stalls() {
        return stalls;
    }

    /** How often a node stood still together with its clock for longer than its peers wait. */
    int suspensions() {
        return suspensions;
    }

    /** How many nodes died and never came back. */
    int burials() {
        return burials;
    }

    /** What went wrong, or null. */
    @Nullable
    String run() {
        try {
            nodes.forEach(node -> clock.at(random.nextLong(3 * Rules.SECOND), node::start));
            for (int i = 0; i < TROUBLES; i++) {
                clock.at(random.nextLong(CHAOS), this::trouble);
            }
            clock.at(CHAOS - random.nextLong(5 * Rules.SECOND), this::buryTheDead);
            clock.runUntil(CHAOS);
            peace();
            clock.runUntil(clock.nowNanos() + SETTLED);
            for (int i = 0; i < 50; i++) {
                clock.runUntil(clock.nowNanos() + 97 * MILLI);
                String wrong = wrong();
                if (wrong != null) {
                    return fail(wrong);
                }
            }
            return null;
        } catch (AssertionError broken) {
            return fail(String.valueOf(broken.getMessage()));
        }
    }

    /** In half of the larger clusters: one node at least lives. */
    private void buryTheDead() {
        if (nodes.size() == 2 || random.nextBoolean()) {
            return;
        }
        List<SimulatedNode> mortal = new ArrayList<>(nodes);
        for (int left = 1 + random.nextInt(nodes.size() - 1); left > 0; left--) {
            SimulatedNode dead = pick(mortal);
            mortal.remove(dead);
            dead.bury();
            burials++;
            note(nodes.indexOf(dead) + " is dead for good");
        }
    }

    private List<SimulatedNode> survivors() {
        return nodes.stream().filter(node -> !node.isBuried()).toList();
    }

    private void trouble() {
        SimulatedNode node = pick(nodes);
        int segment = random.nextInt(lans.size());
        int kind = random.nextInt(proves ? 19 : 17);
        note(kind + " " + nodes.indexOf(node) + " on " + segment);
        switch (kind) {
            case 0 -> lans.get(segment).disturb();
            case 1 -> lans.get(segment).partition(random.nextDouble());
            case 2 -> lans.get(segment).heal();
            case 3, 4 -> node.link(segment, random.nextBoolean());
            case 5, 6, 7 -> freeze(node);
            case 8 -> restart(node);
            case 9, 10 -> sync.cut(node, pick(nodes), random.nextInt(3) > 0);
            case 11 ->
                node.demote(
                        DemotionSource.TRACK_PREFIX + "x",
                        random.nextBoolean() ? "" : groups.get(segment),
                        random.nextInt(260));
            case 12 -> node.setTakeFails(random.nextBoolean());
            case 13 -> node.loseAddresses(segment);
            case 14 -> node.nudge(segment, pick(List.of(Nudge.values())), random.nextBoolean());
            case 16 -> node.failOver();
            case 17, 18 -> suspend(node);
            default -> node.setSendFails(random.nextInt(3) == 0);
        }
    }

    private void freeze(SimulatedNode node) {
        long length = random.nextBoolean() ? random.nextLong(8 * Rules.SECOND) : random.nextLong(300 * MILLI);
        stalls += length > 2 * Rules.SECOND ? 1 : 0;
        node.freeze();
        clock.at(clock.nowNanos() + length, node::thaw);
    }

    private void suspend(SimulatedNode node) {
        long length = random.nextBoolean() ? random.nextLong(8 * Rules.SECOND) : random.nextLong(300 * MILLI);
        suspensions += length > 4 * Rules.SECOND ? 1 : 0;
        node.suspend();
        clock.at(clock.nowNanos() + length, node::resume);
    }

    private void restart(SimulatedNode node) {
        if (random.nextBoolean()) {
            node.stop();
        } else {
            node.crash();
        }
        clock.at(clock.nowNanos() + random.nextLong(4 * Rules.SECOND), node::start);
    }

    private void peace() {
        note("peace");
        lans.forEach(Lan::heal);
        sync.heal();
        for (SimulatedNode node : nodes) {
            node.thaw();
            node.resume();
            node.setTakeFails(false);
            node.setSendFails(false);
            clock.at(clock.nowNanos() + Rules.SECOND, node::start);
            for (int i = 0; i < lans.size(); i++) {
                node.link(i, true);
                node.nudge(i, Nudge.UP, false);
                node.demote(DemotionSource.TRACK_PREFIX + "x", groups.get(i), 0);
            }
            node.demote(DemotionSource.TRACK_PREFIX + "x", "", 0);
            // What was handed over stays there until it is handed back.
            clock.at(clock.nowNanos() + Rules.SECOND, () -> node.demote(DemotionSource.FAILOVER, "", 0));
        }
    }

    private @Nullable String wrong() {
        for (int i = 0; i < lans.size(); i++) {
            int segment = i;
            List<SimulatedNode> masters = nodes.stream()
                    .filter(node -> node.state(segment) == CarpState.MASTER)
                    .toList();
            if (masters.size() != 1) {
                return "v" + i + " has " + masters.size() + " masters";
            }
            if (!masters.get(0).answers(i)
                    || nodes.stream().filter(node -> node.answers(segment)).count() != 1) {
                return "v" + i + " is not answered by its master alone";
            }
            if (preempt && !masters.get(0).equals(survivors().get(0))) {
                return "v" + i + " is not of the preferred node";
            }
        }
        return null;
    }

    private String fail(String what) {
        note(what);
        return String.join("\n  ", history)
                + nodes.stream().map(SimulatedNode::describe).collect(Collectors.joining("\n  ", "\n  ", ""));
    }

    private void note(String what) {
        history.add(String.format(Locale.ROOT, "%.6f s: %s", clock.nowNanos() / 1e9, what));
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
