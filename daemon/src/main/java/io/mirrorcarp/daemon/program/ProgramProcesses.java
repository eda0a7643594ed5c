// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.program;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The processes of one run of a program. Each has the mark of the run in its environment (proc(5), /proc/PID/environ), those too that have a session of their own, or whose
 * parent has ended.
 */
final class ProgramProcesses {
    /** The variable with the mark. */
    static final String MARK = "CARPD_RUN";

    /** What is killed may have begun another one just before. */
    private static final int ROUNDS = 10;

    private ProgramProcesses() {}

    /**
     * Kills all of a run, as far as this process may.
     *
     * @param first the number of the program's own process: what it starts has higher ones, until the kernel begins anew with small ones. To look at all would be slow where many programs time out
     */
    static void kill(String mark, long first) {
        for (int round = 0; round < ROUNDS; round++) {
            List<ProcessHandle> marked = ProcessHandle.allProcesses()
                    .filter(process -> process.pid() > first && isMarked(process.pid(), mark))
                    .toList();
            if (marked.isEmpty()) {
                return;
            }
            marked.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static boolean isMarked(long pid, String mark) {
        try {
            byte[] environment = Files.readAllBytes(Path.of("/proc/" + pid + "/environ"));
            return new String(environment, StandardCharsets.ISO_8859_1).contains(MARK + "=" + mark + "\0");
        } catch (IOException othersOrEnded) {
            return false;
        }
    }
}
