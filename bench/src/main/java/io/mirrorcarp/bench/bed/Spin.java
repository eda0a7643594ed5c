// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.bed;

import io.mirrorcarp.lab.net.LabException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** A fixed piece of arithmetic on all cores at once, with nothing in memory: how fast it goes says what the cores are worth at the moment. */
final class Spin {
    private static final long SPIN_NANOS = 40_000_000;
    private static final int TRIES = 3;
    private static final int STEPS_BETWEEN_LOOKS = 10_000;

    /** Where the results go, so that the compiler cannot leave the arithmetic out. */
    private static final AtomicLong SINK = new AtomicLong();

    private Spin() {}

    /** Steps in a nanosecond on the slowest of the cores, the best of some tries of 40 ms: a single interrupt is no disturbance. */
    static double stepsPerNano() {
        double best = 0;
        for (int i = 0; i < TRIES; i++) {
            best = Math.max(best, onAllCores());
        }
        return best;
    }

    private static double onAllCores() {
        int cores = Runtime.getRuntime().availableProcessors();
        double[] speeds = new double[cores];
        CountDownLatch ready = new CountDownLatch(cores);
        Thread[] threads = new Thread[cores];
        for (int core = 0; core < cores; core++) {
            int index = core;
            threads[core] = new Thread(
                    () -> {
                        ready.countDown();
                        awaitAll(ready);
                        speeds[index] = onThisCore();
                    },
                    "spin");
            threads[core].start();
        }
        double slowest = Double.MAX_VALUE;
        for (int core = 0; core < cores; core++) {
            join(threads[core]);
            slowest = Math.min(slowest, speeds[core]);
        }
        return slowest;
    }

    private static double onThisCore() {
        long start = System.nanoTime();
        long steps = 0;
        long state = start | 1;
        long now = start;
        while (now - start < SPIN_NANOS) {
            for (int i = 0; i < STEPS_BETWEEN_LOOKS; i++) {
                state ^= state << 13;
                state ^= state >>> 7;
                state ^= state << 17;
            }
            steps += STEPS_BETWEEN_LOOKS;
            now = System.nanoTime();
        }
        SINK.addAndGet(state);
        return (double) steps / (now - start);
    }

    private static void awaitAll(CountDownLatch ready) {
        try {
            ready.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }
}
