// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.gauge;

import io.mirrorcarp.lab.net.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The memory of some processes, from {@code /proc/PID/smaps_rollup}.
 *
 * @param residentBytes that are in memory
 * @param proportionalBytes the same, with what several processes share counted in parts
 */
public record ProcessMemory(long residentBytes, long proportionalBytes) {
    private static final long KIBIBYTE = 1024;

    /** That of all of them now. */
    public static ProcessMemory of(List<Long> pids) {
        long resident = 0;
        long proportional = 0;
        for (long pid : pids) {
            ProcessMemory one = read(pid);
            resident += one.residentBytes;
            proportional += one.proportionalBytes;
        }
        return new ProcessMemory(resident, proportional);
    }

    private static ProcessMemory read(long pid) {
        try {
            return parse(Files.readString(Path.of("/proc/" + pid + "/smaps_rollup")));
        } catch (IOException e) {
            throw new LabException("cannot read the memory of process " + pid + ": " + e.getMessage(), e);
        }
    }

    /** Lines such as {@code Rss:   12345 kB}. */
    static ProcessMemory parse(String rollup) {
        return new ProcessMemory(bytes(rollup, "Rss:"), bytes(rollup, "Pss:"));
    }

    private static long bytes(String rollup, String name) {
        return rollup.lines()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIBIBYTE)
                .sum();
    }

    /** Resident megabytes. */
    public double residentMegabytes() {
        return residentBytes / 1e6;
    }
}
