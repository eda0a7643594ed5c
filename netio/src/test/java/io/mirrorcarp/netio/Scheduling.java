// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How a thread is scheduled, as the kernel tells it. */
public final class Scheduling {
    /** Behind the name of the thread, in /proc/PID/stat (proc_pid_stat(5)): real-time priority and policy. */
    private static final int PRIORITY_FIELD = 37;

    private Scheduling() {}

    /**
     * Priority and policy: {@code 1 2} for SCHED_RR with priority 1, {@code 0 0} for an ordinary thread. Fails where the thread has ended.
     *
     * @param thread its folder below /proc
     */
    public static String of(Path thread) throws IOException {
        String stat = Files.readString(thread.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return fields[PRIORITY_FIELD] + " " + fields[PRIORITY_FIELD + 1];
    }
}
