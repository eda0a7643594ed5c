// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process that is not confused with a later one of the same id.
 *
 * @param pid the process id
 * @param startTicks when it started, in clock ticks since the machine did (proc(5), stat, field 22)
 */
record ProcessMark(long pid, long startTicks) {
    private static final int START_AFTER_NAME = 19;

    static ProcessMark ofThisProcess() {
        long pid = ProcessHandle.current().pid();
        return new ProcessMark(pid, startTicks(pid).orElseThrow(() -> new LabException("cannot read /proc/self/stat")));
    }

    /** Reads what {@link #text} wrote; empty when it is anything else. */
    static Optional<ProcessMark> parse(String text) {
        String[] words = text.strip().split(" ", -1);
        try {
            return words.length == 2
                    ? Optional.of(new ProcessMark(Long.parseLong(words[0]), Long.parseLong(words[1])))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    String text() {
        return pid + " " + startTicks;
    }

    boolean lives() {
        return startTicks(pid).filter(ticks -> ticks == startTicks).isPresent();
    }

    private static Optional<Long> startTicks(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // The name, in parentheses, may hold spaces and parentheses itself.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Optional.of(Long.parseLong(fields[START_AFTER_NAME]));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }
}
