// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
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
        assertThat(hastened.get()).isEqualTo("1 2");
        assertThat(child.get()).isEqualTo("0 0");
    }

    private static String scheduling() throws IOException {
        return Scheduling.of(Path.of("/proc/thread-self"));
    }
}
