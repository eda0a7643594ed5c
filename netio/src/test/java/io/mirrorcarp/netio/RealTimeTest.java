// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class RealTimeTest {
    /** Behind the name of the thread, in /proc/PID/stat (proc_pid_stat(5)): real-time priority and policy. */
    private static final int PRIORITY_FIELD = 37;

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
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return fields[PRIORITY_FIELD] + " " + fields[PRIORITY_FIELD + 1];
    }
}
