// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.bed.EntryCount;
import io.mirrorcarp.bench.bed.Waiting;
import io.mirrorcarp.lab.traffic.FlowLoad;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Loads of a known length, and their ends. */
final class Loads {
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final Duration FINISH_LIMIT = Duration.ofSeconds(30);

    private Loads() {}

    /** Lets a load run for so long; {@code eachSecond} is called once a second. */
    static void run(FlowLoad load, int flowsPerSecond, int seconds, Runnable eachSecond) {
        load.open(flowsPerSecond, 0);
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

    /** Waits until the receiver has as many entries as the sender, or no more come for so long. */
    static void settle(Bed bed, Duration patience) {
        try (EntryCount sent = EntryCount.of(bed.sender());
                EntryCount received = EntryCount.of(bed.receiver())) {
            received.await(sent.now(), patience);
        }
    }
}
