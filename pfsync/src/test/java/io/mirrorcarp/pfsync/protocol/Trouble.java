// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import java.util.List;
import java.util.Random;

/** What goes wrong on the sync network and with the hosts of a world. */
final class Trouble {
    private final World world;
    private final Traffic traffic;
    private final Random random;
    private final List<SimulatedNode> nodes;
    private static final int FEW_FLOWS = 6;
    private static final int HANDMADE_SECONDS = 300;
    private static final int HANDMADE_PORTS = 60_000;
    private static final long AS_BACKUP_NANOS = 600_000_000;

    private boolean quiet;

    Trouble(World world, Traffic traffic) {
        this.world = world;
        this.traffic = traffic;
        random = world.random();
        nodes = world.nodes();
    }

    void begin() {
        world.after(random.nextLong(500_000_000), this::step);
    }

    private SimulatedNode any() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private void step() {
        if (quiet) {
            return;
        }
        SimulatedNode node = any();
        switch (random.nextInt(16)) {
            case 0 -> world.loss = random.nextInt(3) * 0.15;
            case 1 -> world.repetition = random.nextInt(3) * 0.2;
            case 2 -> world.longestDelayNanos = 100_000L << random.nextInt(9);
            case 3 -> cut(node, any(), true);
            case 4 -> cut(node, any(), false);
            case 5 -> isolate(node);
            case 6 -> restart(node);
            case 7 -> overrun(node);
            case 8, 9 -> traffic.moveAll(node, any());
            case 10 -> flush(node);
            case 11 -> flood(node);
            case 12 -> failBack(node, any());
            case 13, 14 -> replaceByHand(node);
            default -> request(node);
        }
        world.after(random.nextLong(700_000_000), this::step);
    }

    private static void request(SimulatedNode node) {
        if (node.isUp()) {
            node.machine.requestBulk(node.world.nowNanos());
        }
    }

    private void cut(SimulatedNode node, SimulatedNode other, boolean both) {
        world.cut(node, other, true);
        world.cut(other, node, both);
        world.after(random.nextLong(2_500_000_000L), () -> {
            world.cut(node, other, false);
            world.cut(other, node, false);
        });
    }

    private void isolate(SimulatedNode node) {
        nodes.forEach(other -> cut(node, other, true));
    }

    private void restart(SimulatedNode node) {
        if (!node.isUp()) {
            return;
        }
        world.note(null, node.name, "goes down");
        traffic.loseWord(node);
        switch (random.nextInt(3)) {
            case 0 -> node.stop();
            case 1 -> node.kill();
            default -> reboot(node);
        }
        world.after(random.nextLong(2_000_000_000L), () -> start(node));
    }

    /** By a program that does not know what it does. Few flows are deleted rather than flushed. */
    private void flush(SimulatedNode node) {
        if (node.isHeard() && node.kernel.flows().size() > FEW_FLOWS) {
            world.note(null, node.name, "is flushed");
            node.kernel.flushTable();
            node.knowsNanos = world.nowNanos();
            traffic.connections().values().forEach(each -> each.mixed |= each.server == node);
            traffic.loseTable(node);
        }
    }

    /** What one firewall has goes to another, and all that the other has comes back. */
    private void failBack(SimulatedNode node, SimulatedNode other) {
        traffic.moveAll(node, other);
        world.after(random.nextLong(1_000_000_000L), () -> traffic.moveAll(other, node));
    }

    /** On a backup a program puts an entry of its own in the place of a copy, with another translation. */
    private void replaceByHand(SimulatedNode node) {
        FlowKey key = traffic.usedElsewhere(node);
        if (key == null || !node.isHeard()) {
            return;
        }
        node.setMaster(false);
        node.kernel.kill(key);
        node.kernel.make(key, HANDMADE_SECONDS, HANDMADE_PORTS + random.nextInt(1_000));
        node.kernel.endBurst();
        world.after(AS_BACKUP_NANOS, () -> node.setMaster(true));
    }

    private void reboot(SimulatedNode node) {
        node.kill();
        node.kernel.clear();
        traffic.loseTable(node);
        traffic.moveAll(node, any());
    }

    private void start(SimulatedNode node) {
        if (!node.isUp()) {
            world.note(null, node.name, "starts");
            node.start();
            traffic.loseVersions();
        }
    }

    private void overrun(SimulatedNode node) {
        node.kernel.losesEvents = true;
        world.after(random.nextLong(100_000_000), () -> {
            node.kernel.losesEvents = false;
            if (node.isUp()) {
                node.machine.onOverrun(world.nowNanos());
            }
        });
    }

    /** So many connections open that they are told when they are established. */
    private void flood(SimulatedNode node) {
        node.kernel.tellsHalfOpen = false;
        world.after(random.nextLong(1_500_000_000L), () -> node.kernel.tellsHalfOpen = true);
    }

    /** All is well from now on. */
    void stop() {
        quiet = true;
        world.mendAll();
        nodes.forEach(this::start);
        nodes.forEach(node -> {
            node.kernel.tellsHalfOpen = true;
            // Of what is half open the sweep would tell, whose time does not come.
            if (node.kernel.losesEvents || node.kernel.leftUntold) {
                node.kernel.losesEvents = false;
                node.machine.onOverrun(world.nowNanos());
            }
        });
    }
}
