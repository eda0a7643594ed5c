// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.message.Described;
import io.mirrorcarp.pfsync.message.StateRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Random traffic and random trouble for the hosts of a world, and what must be true nevertheless. */
final class Chaos {
    /** Where a flow's packets last made an event, and in which life of the daemon there. */
    private record Life(SimulatedNode node, int life) {}

    /** A flow whose end its owner told while somebody listened, and the lives that then ran. */
    private record Ended(FlowKey key, Life owner, Map<SimulatedNode, Integer> lives) {}

    private final World world;
    private final Random random;
    private final List<SimulatedNode> nodes;
    private final Map<FlowKey, Life> truth = new HashMap<>();
    private final Map<FlowKey, Long> createdNanos = new HashMap<>();
    private final Set<FlowKey> closed = new HashSet<>();
    private final Map<FlowKey, Long> changedNanos = new HashMap<>();
    /** Flows that two nodes changed without knowing of each other. */
    private final Set<FlowKey> contested = new HashSet<>();

    private final List<Ended> ended = new ArrayList<>();
    private int flows;
    private boolean quiet;
    private boolean overrun;

    Chaos(World world) {
        this.world = world;
        random = world.random();
        nodes = world.nodes();
        world.demotionCheck = this::checkWhole;
    }

    void begin() {
        world.after(0, this::traffic);
        world.after(random.nextLong(500_000_000), this::trouble);
        world.after(1_000_000_000, this::collect);
    }

    private SimulatedNode any() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private void collect() {
        nodes.forEach(node -> node.kernel.expire());
        world.after(1_000_000_000, this::collect);
    }

    private void traffic() {
        if (quiet) {
            return;
        }
        SimulatedNode node = any();
        for (int i = random.nextInt(6); i >= 0; i--) {
            step(node);
        }
        node.kernel.endBurst();
        world.after(random.nextLong(30_000_000), this::traffic);
    }

    private void step(SimulatedNode node) {
        double dice = random.nextDouble();
        if (dice < 0.4 || node.kernel.flows().isEmpty()) {
            FlowKey key = FlowKey.number(flows++);
            node.kernel.open(key, random.nextInt(4) == 0 ? 3 : 600);
            createdNanos.put(key, world.nowNanos());
            told(key, node);
            return;
        }
        FlowKey key = FlowKey.number(Math.max(0, flows - 1 - random.nextInt(300)));
        if (node.kernel.get(key) == null) {
            return;
        }
        boolean own = truth.containsKey(key) && truth.get(key).node == node;
        if (dice < 0.75) {
            if (own || random.nextInt(10) == 0) {
                node.kernel.progress(key);
                told(key, node);
            }
        } else if (own) {
            if (node.isUp() && !node.kernel.losesEvents && truth.get(key).life == node.life) {
                Map<SimulatedNode, Integer> lives = new HashMap<>();
                nodes.forEach(other -> {
                    if (other != node && other.isUp() && listens(node, other) && listens(other, node)) {
                        lives.put(other, other.life);
                    }
                });
                ended.add(new Ended(key, truth.get(key), lives));
            }
            truth.remove(key);
            closed.add(key);
            node.kernel.close(key);
        }
    }

    /** Whether {@code node} has a session with the life of {@code other} that runs now. */
    private boolean listens(SimulatedNode node, SimulatedNode other) {
        return node.machine.hears(other.creatorId, other.machine.epoch());
    }

    private void told(FlowKey key, SimulatedNode node) {
        boolean heard = node.isUp() && !node.kernel.losesEvents;
        Life before = truth.get(key);
        if (closed.contains(key)) {
            contested.add(key);
        }
        if (before != null && before.node != node) {
            boolean knows = heard && before.node.isUp() && listens(node, before.node) && listens(before.node, node);
            if (!knows || world.nowNanos() - changedNanos.get(key) < 1_000_000_000L) {
                contested.add(key);
            }
        }
        changedNanos.put(key, world.nowNanos());
        truth.put(key, new Life(node, heard ? node.life : -1));
    }

    private void trouble() {
        if (quiet) {
            return;
        }
        SimulatedNode node = any();
        SimulatedNode other = any();
        switch (random.nextInt(9)) {
            case 0 -> world.loss = random.nextInt(3) * 0.15;
            case 1 -> world.repetition = random.nextInt(3) * 0.2;
            case 2 -> world.longestDelayNanos = 100_000L << random.nextInt(9);
            case 3 -> cut(node, other, true);
            case 4 -> cut(node, other, false);
            case 5 -> restart(node);
            case 6 -> overrun(node);
            case 7 -> {
                if (node.isUp()) {
                    node.machine.requestBulk(world.nowNanos());
                }
            }
            default -> {
                world.loss = 0;
                world.longestDelayNanos = 200_000;
            }
        }
        world.after(random.nextLong(1_000_000_000), this::trouble);
    }

    private void cut(SimulatedNode node, SimulatedNode other, boolean both) {
        world.cut(node, other, true);
        world.cut(other, node, both);
        world.after(random.nextLong(3_000_000_000L), () -> {
            world.cut(node, other, false);
            world.cut(other, node, false);
        });
    }

    private void restart(SimulatedNode node) {
        if (!node.isUp()) {
            return;
        }
        switch (random.nextInt(3)) {
            case 0 -> node.stop();
            case 1 -> node.kill();
            default -> {
                node.kill();
                node.kernel.clear();
                truth.values().removeIf(life -> life.node == node);
            }
        }
        world.after(random.nextLong(2_500_000_000L), () -> {
            if (!node.isUp()) {
                node.start();
            }
        });
    }

    private void overrun(SimulatedNode node) {
        node.kernel.losesEvents = true;
        world.after(random.nextLong(100_000_000), () -> {
            node.kernel.losesEvents = false;
            overrun = true;
            if (node.isUp()) {
                node.machine.onOverrun(world.nowNanos());
            }
        });
    }

    /** No more traffic and no more trouble. */
    void calm() {
        quiet = true;
        world.mendAll();
        nodes.forEach(node -> {
            if (!node.isUp()) {
                node.start();
            }
        });
    }

    /** When a demotion falls as done, everything that a peer owned before the node's start is in the node's kernel. */
    private void checkWhole(SimulatedNode node) {
        truth.forEach((key, life) -> {
            SimulatedNode owner = life.node;
            boolean counts = !contested.contains(key)
                    && owner != node
                    && owner.isUp()
                    && owner.life == life.life
                    && listens(node, owner);
            if (counts && owner.kernel.get(key) != null && world.nowNanos() - createdNanos.get(key) > 3_000_000_000L) {
                assertThat(node.kernel.get(key))
                        .as(node.name + " says that its bulk is done without flow " + key + " of " + owner.name)
                        .isNotNull();
            }
        });
    }

    /** What must be true once the network has been well for a while. */
    void check() {
        for (SimulatedNode node : nodes) {
            assertThat(node.verdict).as(node.name).isEqualTo(Verdict.IN_SYNC);
            assertThat(node.demoted).as(node.name + " demoted").isFalse();
            assertThat(node.preemptAllowed).as(node.name + " may preempt").isTrue();
            assertThat(node.kernel.isFlushed()).as(node.name + " flushed").isTrue();
        }
        truth.forEach(this::checkAlive);
        ended.forEach(this::checkEnded);
    }

    private void checkAlive(FlowKey key, Life life) {
        SimulatedNode owner = life.node;
        SimulatedKernel.Flow flow = owner.kernel.get(key);
        if (flow == null || life.life != owner.life || contested.contains(key)) {
            return;
        }
        for (SimulatedNode node : nodes) {
            SimulatedKernel.Flow copy = node.kernel.get(key);
            assertThat(copy)
                    .as("flow " + key + " of " + owner.name + " on " + node.name)
                    .isNotNull();
            assertThat(content(copy))
                    .as("flow " + key + " of " + owner.name + " on " + node.name)
                    .isEqualTo(content(flow));
        }
    }

    private static String content(SimulatedKernel.Flow flow) {
        StateRecord state = new StateRecord();
        state.copyFrom(flow.state);
        state.timeoutSeconds = 0;
        return Described.state(state);
    }

    private void checkEnded(Ended end) {
        if (contested.contains(end.key)
                || truth.containsKey(end.key)
                || end.owner.life != end.owner.node.life
                || overrun) {
            return;
        }
        end.lives.forEach((node, life) -> {
            if (node.life == life) {
                assertThat(node.kernel.get(end.key))
                        .as("ended flow " + end.key + " of " + end.owner.node.name + " on " + node.name)
                        .isNull();
            }
        });
    }
}
