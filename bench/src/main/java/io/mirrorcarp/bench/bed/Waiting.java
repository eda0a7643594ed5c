// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.bed;

import io.mirrorcarp.lab.net.LabException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions. */
public final class Waiting {
    private static final long POLL_NANOS = 5_000_000;

    private Waiting() {}

    /**
     * Asks every 5 ms until a condition holds.
     *
     * @param what to put behind "waited in vain for"
     * @throws LabException when the limit passes first
     */
    public static void until(String what, Duration limit, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > limit.toNanos()) {
                throw new LabException("waited in vain for " + what + ", " + limit.toSeconds() + " s");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
