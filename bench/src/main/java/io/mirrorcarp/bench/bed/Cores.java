// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.bed;

import io.mirrorcarp.lab.net.Commands;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.traffic.FlowLoad;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Who runs on which core, the same for all systems. The load has the first one; what the kernel does with its packets happens on that
 * core too, in the load's own time. The sender has another. The receiver has a third where there is one, else it shares the sender's:
 * beside the load it would be measured with a cache that the load fills.
 *
 * @param processors cores of the machine, at least 2
 */
public record Cores(int processors) {
    private static final int LOAD = 0;
    private static final int SENDER = 1;

    /** Throws a {@link LabException} where there is one core only. */
    public Cores {
        if (processors < 2) {
            throw new LabException("the load and the sender need a core each, and this machine has one");
        }
    }

    /** Those of this machine. */
    public static Cores ofThisMachine() {
        return new Cores(Runtime.getRuntime().availableProcessors());
    }

    /** The core of the load. */
    public int load() {
        return LOAD;
    }

    /** The core of the system's process on fw-a. */
    public int sender() {
        return SENDER;
    }

    /** The core of the system's process on fw-b. */
    public int receiver() {
        return processors > 2 ? 2 : SENDER;
    }

    /** For the report. */
    public String words() {
        return "load and forwarding on core " + load() + ", sender on core " + sender() + ", receiver on core "
                + receiver() + " of " + processors;
    }

    /** Binds the thread of the load to its core, and lets its timer be exact: by default the kernel takes 50 us more. */
    public void pinLoad() {
        pinThread(FlowLoad.THREAD_NAME, load());
        for (Path thread : threads(FlowLoad.THREAD_NAME)) {
            try {
                Files.writeString(Path.of("/proc").resolve(thread.getFileName()).resolve("timerslack_ns"), "1");
            } catch (IOException e) {
                throw new LabException("cannot set the timer slack of the load: " + e.getMessage(), e);
            }
        }
    }

    /**
     * Binds threads of this process to a core.
     *
     * @param name at most 15 characters
     */
    public static void pinThread(String name, int core) {
        // A thread that was just started gets its name a moment later.
        Waiting.until(
                "thread " + name, Duration.ofSeconds(5), () -> !threads(name).isEmpty());
        threads(name).forEach(thread -> pin("-p", core, thread.getFileName().toString()));
    }

    private static List<Path> threads(String name) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                if (name.equals(threadName(thread))) {
                    found.add(thread);
                }
            }
        } catch (IOException e) {
            throw new LabException("cannot list the threads of the bench: " + e.getMessage(), e);
        }
        return found;
    }

    /** Empty when the thread ended meanwhile. */
    private static String threadName(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Binds every thread of a process to a core. Threads that it makes later follow. */
    public static void pinProcess(long pid, int core) {
        pin("-ap", core, Long.toString(pid));
    }

    private static void pin(String options, int core, String id) {
        Commands.run("taskset", options, "-c", Integer.toString(core), id).orThrow();
    }
}
