// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track.kind;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A process of that name must run: the first line of a /proc/PID/comm, proc(5). One that has ended and waits for its parent does not run. */
final class ProcessCheck implements Check {
    private static final Path PROC = Path.of("/proc");

    private final String name;

    ProcessCheck(String name) {
        this.name = name;
    }

    @Override
    public String failure(Duration timeout) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (runs(process)) {
                    return "";
                }
            }
            return "no process " + name + " runs";
        } catch (IOException e) {
            return "cannot read " + PROC + ": " + e.getMessage();
        }
    }

    private boolean runs(Path process) {
        try {
            String status = Files.readString(process.resolve("stat"));
            int end = status.lastIndexOf(") ");
            String comm = status.substring(status.indexOf('(') + 1, end);
            return comm.equals(name) && status.charAt(end + 2) != 'Z';
        } catch (IOException endedMeanwhile) {
            return false;
        }
    }
}
