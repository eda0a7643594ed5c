// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import java.util.List;
import java.util.Random;

/** What goes wrong with the paths of a world whose nodes have several: with dice of its own, beside all other trouble. */
final class PathTrouble {
    private final World world;
    private final Random random;
    private boolean quiet;

    PathTrouble(World world) {
        this.world = world;
        random = world.otherPathsRandom();
    }

    void begin() {
        world.after(random.nextLong(300_000_000), this::step);
    }

    private void step() {
        if (quiet) {
            return;
        }
        List<SimulatedNode> nodes = world.nodes();
        SimulatedNode node = nodes.get(random.nextInt(nodes.size()));
        SimulatedNode other = nodes.get(random.nextInt(nodes.size()));
        int path = random.nextInt(node.paths.size());
        long lengthNanos = random.nextLong(1_500_000_000L);
        if (random.nextInt(4) == 0) {
            loseCarrier(path, node, lengthNanos);
        } else {
            cut(path, node, other, random.nextBoolean(), lengthNanos);
        }
        world.after(random.nextLong(500_000_000), this::step);
    }

    private void cut(int path, SimulatedNode node, SimulatedNode other, boolean both, long nanos) {
        world.cut(path, node, other, true);
        world.cut(path, other, node, both);
        world.after(nanos, () -> {
            world.cut(path, node, other, false);
            world.cut(path, other, node, false);
        });
    }

    private void loseCarrier(int path, SimulatedNode node, long nanos) {
        world.nodes().forEach(other -> cut(path, node, other, true, nanos));
        onPath(path, node, false);
        world.after(nanos, () -> onPath(path, node, true));
    }

    private void onPath(int path, SimulatedNode node, boolean up) {
        if (node.isUp()) {
            node.machine.onPath(path, up, "no carrier", !up, world.nowNanos());
        }
    }

    /** All is well from now on. */
    void stop() {
        quiet = true;
        for (SimulatedNode node : world.nodes()) {
            for (int path = 0; path < node.paths.size(); path++) {
                onPath(path, node, true);
            }
        }
    }
}
