// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Captures of every segment of a lab, by tcpdump at its switch: lan.pcap, wan.pcap and sync.pcap. */
final class Captures implements AutoCloseable {
    private static final long END_SECONDS = 5;

    private final List<Process> running = new ArrayList<>();
    private final String words;

    /**
     * Begins to capture.
     *
     * @param directory made where it is missing; null for no capture at all
     */
    static Captures begin(Topology topology, @Nullable Path directory) {
        return directory == null ? new Captures("") : new Captures(topology, directory);
    }

    private Captures(String words) {
        this.words = words;
    }

    private Captures(Topology topology, Path directory) {
        this("\nCaptures of each segment: " + directory.toAbsolutePath() + "/{lan,wan,sync}.pcap\n");
        try {
            Path made = Files.createDirectories(directory.toAbsolutePath());
            for (LabNetwork network : List.of(topology.lan(), topology.wan(), topology.sync())) {
                List<String> line = network.switchNamespace()
                        .inside(
                                "tcpdump",
                                "-i",
                                network.name(),
                                "-U",
                                "-Z",
                                "root",
                                "-w",
                                made.resolve(network.name() + ".pcap").toString());
                running.add(new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectOutput(made.resolve("tcpdump.log").toFile())
                        .start());
            }
        } catch (IOException e) {
            close();
            throw new LabException(
                    "cannot capture into " + directory + ": " + e.getMessage() + "; apt install tcpdump", e);
        }
    }

    /** Where they are. */
    String words() {
        return words;
    }

    @Override
    public void close() {
        running.forEach(Process::destroy);
        for (Process process : running) {
            try {
                process.waitFor(END_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
