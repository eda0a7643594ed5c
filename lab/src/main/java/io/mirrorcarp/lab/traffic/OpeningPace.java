// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.traffic;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How many connections of a {@link FlowLoad} begin in each tick: evenly many, or at random as those of many clients do. */
final class OpeningPace {
    private final int ticksPerSecond;
    private final @Nullable RandomGenerator random;
    private long owed;

    private OpeningPace(int ticksPerSecond, @Nullable RandomGenerator random) {
        this.ticksPerSecond = ticksPerSecond;
        this.random = random;
    }

    /** As evenly as whole connections can be. */
    static OpeningPace even(int ticksPerSecond) {
        return new OpeningPace(ticksPerSecond, null);
    }

    /** Each at an instant that does not depend on the others': their numbers are Poisson distributed. */
    static OpeningPace random(int ticksPerSecond, RandomGenerator random) {
        return new OpeningPace(ticksPerSecond, random);
    }

    /** Connections that begin in the next tick. */
    int due(int flowsPerSecond) {
        return random == null ? evenly(flowsPerSecond) : poisson((double) flowsPerSecond / ticksPerSecond, random);
    }

    private int evenly(int flowsPerSecond) {
        owed += flowsPerSecond;
        int due = Math.toIntExact(owed / ticksPerSecond);
        owed %= ticksPerSecond;
        return due;
    }

    /** Counts how many exponentially distributed times fit into a tick. */
    private static int poisson(double mean, RandomGenerator random) {
        int count = -1;
        for (double left = mean; left >= 0; count++) {
            left += Math.log(1 - random.nextDouble());
        }
        return count;
    }
}
