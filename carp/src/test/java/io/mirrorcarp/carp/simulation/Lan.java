// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** A segment between whole nodes: it loses, delays and cuts directions, until it is healed. */
final class Lan {
    private static final long LEAST_DELAY = 20_000;
    private static final long HEALTHY_DELAY = 300_000;

    private final VirtualClock clock;
    private final RandomGenerator random;
    private final int number;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private boolean[][] cut = new boolean[0][0];
    private Consumer<SignedFrame> tap = frame -> {};
    private double loss;
    private long mostDelay = HEALTHY_DELAY;

    Lan(VirtualClock clock, RandomGenerator random, int number) {
        this.clock = clock;
        this.random = random;
        this.number = number;
    }

    void add(SimulatedNode node) {
        nodes.add(node);
        cut = new boolean[nodes.size()][nodes.size()];
    }

    /** Whoever is on the segment hears what is sent, from now on. */
    void tap(Consumer<SignedFrame> listener) {
        tap = listener;
    }

    /** Somebody who is no node sends to all. */
    void inject(SignedFrame frame) {
        nodes.forEach(to ->
                clock.at(clock.nowNanos() + random.nextLong(LEAST_DELAY, mostDelay), () -> to.arrive(number, frame)));
    }

    void send(SimulatedNode from, SignedFrame advertisement) {
        tap.accept(advertisement);
        for (SimulatedNode to : nodes) {
            if (to != from && !cut[nodes.indexOf(from)][nodes.indexOf(to)] && random.nextDouble() >= loss) {
                long delay = random.nextLong(LEAST_DELAY, mostDelay);
                clock.at(clock.nowNanos() + delay, () -> to.arrive(number, advertisement));
            }
        }
    }

    void disturb() {
        loss = random.nextDouble() * 0.8;
        mostDelay = LEAST_DELAY + 1 + random.nextLong(200_000_000);
    }

    void partition(double probability) {
        for (boolean[] row : cut) {
            for (int to = 0; to < row.length; to++) {
                row[to] = random.nextDouble() < probability;
            }
        }
    }

    void heal() {
        loss = 0;
        mostDelay = HEALTHY_DELAY;
        partition(0);
    }
}
