// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
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

    @Test
    void aLoopFollowsWhileItDoesLittleAndIsLikeOthersWhileItDoesMuch() throws Exception {
        FutureTask<List<String>> seen = new FutureTask<>(() -> {
            RealTimeLoop loop = new RealTimeLoop();
            long nowNanos = 0;
            loop.onTurn(nowNanos);
            List<String> schedulings = new ArrayList<>(List.of(scheduling()));
            nowNanos += TimeUnit.SECONDS.toNanos(2);
            loop.onTurn(nowNanos);
            schedulings.add(scheduling());
            // Processor time passes, and the clock of the loop with it alone.
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long usedNanos = threads.getCurrentThreadCpuTime();
            while (threads.getCurrentThreadCpuTime() - usedNanos < 2 * RealTimeShare.WINDOW_NANOS) {
                Thread.onSpinWait();
            }
            loop.onTurn(nowNanos + 2 * RealTimeShare.WINDOW_NANOS);
            schedulings.add(scheduling());
            return schedulings;
        });
        new Thread(seen, "loop").start();
        assertThat(seen.get()).containsExactly("0 0", "1 2", "0 0");
    }

    private static String scheduling() throws IOException {
        return Scheduling.of(Path.of("/proc/thread-self"));
    }
}
