// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class RealTimeTest {
    @Test
    void aThreadIsPutAheadOfOthersAndWhatItStartsIsNot() throws Exception {
        FutureTask<String> child = new FutureTask<>(RealTimeTest::scheduling);
        FutureTask<String> hastened = new FutureTask<>(() -> {
            RealTime.hasten();
            Thread started = new Thread(child, "child");
            started.start();
            started.join();
            return scheduling();
        });
        new Thread(hastened, "hastened").start();
        assertThat(hastened.get()).isEqualTo("2 2");
        assertThat(child.get()).isEqualTo("0 0");
    }

    /** It is the thread that looks on that takes the priority away: the one that is looked at does nothing for it. */
    @Test
    void aThreadIsAheadWhileItDoesLittleAndIsLikeOthersWhenItNeverSleeps() throws Exception {
        FutureTask<List<String>> seen = new FutureTask<>(() -> {
            List<String> schedulings = new ArrayList<>();
            RealTimeWatch watch = RealTimeWatch.ofThisThread();
            try {
                schedulings.add(workUntil("1 2", TimeUnit.MILLISECONDS.toNanos(4)));
                schedulings.add(workUntil("0 0", 0));
                schedulings.add(workUntil("1 2", TimeUnit.MILLISECONDS.toNanos(4)));
            } finally {
                watch.close();
            }
            schedulings.add(workUntil("0 0", TimeUnit.MILLISECONDS.toNanos(4)));
            return schedulings;
        });
        new Thread(seen, "watched").start();
        assertThat(seen.get()).containsExactly("1 2", "0 0", "1 2", "0 0");
    }

    /**
     * Works a millisecond at a time until the calling thread is scheduled so, or for 5 s.
     *
     * @param pauseNanos between two of them
     * @return how it is scheduled in the end
     */
    private static String workUntil(String wanted, long pauseNanos) throws IOException {
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        String now = scheduling();
        while (!now.equals(wanted) && System.nanoTime() < endNanos) {
            long workNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1);
            while (System.nanoTime() < workNanos) {
                Thread.onSpinWait();
            }
            if (pauseNanos > 0) {
                LockSupport.parkNanos(pauseNanos);
            }
            now = scheduling();
        }
        return now;
    }

    private static String scheduling() throws IOException {
        return Scheduling.of(Path.of("/proc/thread-self"));
    }
}
