// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.bed;

import io.mirrorcarp.lab.net.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** Whether the machine is free to be measured on: what other programs take is missing to all systems, and not to all alike. */
public final class OtherWork {
    private static final long WATCH_NANOS = 1_000_000_000;
    private static final int IDLE = 3;
    private static final int WAITING_FOR_DISK = 4;
    private static final int STOLEN = 7;

    private OtherWork() {}

    /** How much of all cores is in use while this program does nothing, over a second; 0 to 100. */
    public static double percent() {
        String before = read();
        long end = System.nanoTime() + WATCH_NANOS;
        for (long left = WATCH_NANOS; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        return percent(before, read());
    }

    static String read() {
        try {
            return Files.readString(Path.of("/proc/stat"));
        } catch (IOException e) {
            throw new LabException("cannot read /proc/stat: " + e.getMessage(), e);
        }
    }

    /** Between two readings of /proc/stat, whose first line has the ticks of all cores: user, nice, system, idle, iowait and others. */
    static double percent(String before, String after) {
        long[] first = ticks(before);
        long[] last = ticks(after);
        long all = Arrays.stream(last).sum() - Arrays.stream(first).sum();
        long idle = last[IDLE] + last[WAITING_FOR_DISK] - first[IDLE] - first[WAITING_FOR_DISK];
        return all == 0 ? 0 : 100.0 * (all - idle) / all;
    }

    /** How much of all cores' time the host of this virtual machine gave to others between two readings of /proc/stat; 0 to 100. */
    static double stolenPercent(String before, String after) {
        long[] first = ticks(before);
        long[] last = ticks(after);
        long all = Arrays.stream(last).sum() - Arrays.stream(first).sum();
        return all == 0 ? 0 : 100.0 * (last[STOLEN] - first[STOLEN]) / all;
    }

    private static long[] ticks(String stat) {
        String line = stat.lines().findFirst().orElse("");
        return Arrays.stream(line.split(" +", -1))
                .skip(1)
                .mapToLong(Long::parseLong)
                .toArray();
    }
}
