// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.bed.EntryCount;
import io.mirrorcarp.bench.bed.KernelFlows;
import io.mirrorcarp.bench.bed.Waiting;
import io.mirrorcarp.lab.traffic.FlowLoad;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Loads of a known length, and their ends. */
final class Loads {
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final Duration FINISH_LIMIT = Duration.ofSeconds(30);

    /** How long nothing may come before what is missing is given up. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private Loads() {}

    /** Lets a load run for that time, and calls {@code eachSecond} once a second. */
    static void run(FlowLoad load, int flowsPerSecond, int seconds, Runnable eachSecond) {
        load.open(flowsPerSecond, 0);
        hold(seconds, eachSecond);
    }

    /** The measured time: changes nothing for that long, and calls {@code eachSecond} once a second. */
    static void hold(int seconds, Runnable eachSecond) {
        long start = System.nanoTime();
        for (int second = 1; second <= seconds; second++) {
            for (long left = 1; left > 0; left = start + second * SECOND_NANOS - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            eachSecond.run();
        }
    }

    /** Stops a load and waits until what was half open is open. */
    static void finish(FlowLoad load) {
        load.open(0, 0);
        // A tick may have begun before the rate was set to 0.
        long[] before = {-1};
        Waiting.until("the load to end", FINISH_LIMIT, () -> {
            long begun = load.begun();
            boolean ended = begun == before[0] && load.opened() == begun;
            before[0] = begun;
            return ended;
        });
    }

    /**
     * Waits until the receiver's kernel has every flow of the sender's, in the same state, or nothing more comes for a while.
     *
     * @param flows that the load has opened
     * @return how many it lacks, or has in another state
     */
    static int missing(Bed bed, int flows) {
        try (EntryCount sent = EntryCount.of(bed.sender());
                EntryCount received = EntryCount.of(bed.receiver())) {
            received.await(sent.now(), PATIENCE);
        }
        int fewest = Integer.MAX_VALUE;
        long fewestNanos = System.nanoTime();
        KernelFlows originals = KernelFlows.read(bed.sender(), flows);
        // conntrackd keeps the last changes of a burst until it says a second later that it lives.
        while (fewest > 0 && System.nanoTime() - fewestNanos < PATIENCE.toNanos()) {
            int missing = originals.missingIn(KernelFlows.read(bed.receiver(), flows));
            if (missing < fewest) {
                fewest = missing;
                fewestNanos = System.nanoTime();
            }
        }
        return fewest;
    }
}
