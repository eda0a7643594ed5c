// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.gauge;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * CPU time that the threads of some processes use, from {@code /proc/PID/task/TID/schedstat}, in nanoseconds. It is to be read now and
 * then while it runs, since what a thread that ended had used after the last reading is lost.
 */
public final class CpuMeter {
    private final List<Long> pids;
    private final Map<String, Long> first = new LinkedHashMap<>();
    private final Map<String, Long> last = new LinkedHashMap<>();

    /** Starts to count for the processes with these ids. */
    public CpuMeter(List<Long> pids) {
        this.pids = List.copyOf(pids);
        read();
        first.putAll(last);
    }

    /** Reads what has been used up to now. */
    public void read() {
        pids.forEach(this::read);
    }

    private void read(long pid) {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads) {
                String name = Files.readString(thread.resolve("comm")).strip() + " " + thread.getFileName();
                last.put(name, parse(Files.readString(thread.resolve("schedstat"))));
            }
        } catch (IOException ignored) {
            // A thread, or the process, that has ended: what was read of it before counts.
        }
    }

    /** Time on the CPU, time waiting for it, time slices. */
    static long parse(String schedstat) {
        return Long.parseLong(schedstat.substring(0, schedstat.indexOf(' ')));
    }

    /** What all of them used between the first and the last reading. */
    public long nanos() {
        return nanosByThread().values().stream().mapToLong(Long::longValue).sum();
    }

    /** The same for each thread, under its name and id. */
    public Map<String, Long> nanosByThread() {
        Map<String, Long> used = new LinkedHashMap<>();
        last.forEach((thread, nanos) -> used.put(thread, nanos - first.getOrDefault(thread, 0L)));
        return used;
    }
}
