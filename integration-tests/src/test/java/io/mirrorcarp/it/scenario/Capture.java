// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.scenario;

import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabNetwork;
import io.mirrorcarp.lab.net.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A tcpdump on the switch's port of one host, which sees what that host sends and nothing else. */
public final class Capture implements AutoCloseable {
    private final Namespace namespace;
    private final Path file;
    private final Process tcpdump;

    private Capture(Namespace namespace, String port, Path file) throws IOException {
        this.namespace = namespace;
        this.file = file;
        Path said = file.resolveSibling(file.getFileName() + ".log");
        Files.deleteIfExists(said);
        List<String> command = namespace.inside(
                "tcpdump", "-U", "--immediate-mode", "-Q", "in", "-i", port, "-w", file.toString(), "-Z", "root");
        tcpdump = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        Awaitility.await("tcpdump on " + port)
                .atMost(Limits.ROLE)
                .pollInterval(Limits.POLL)
                .until(() -> Files.readString(said).contains("listening on"));
    }

    /** Starts; returns when it sees every frame that the host sends from now on. */
    public static Capture of(LabHost host, LabNetwork network, String name) throws IOException {
        Path file = host.directory().resolve(name + ".pcap");
        return new Capture(network.switchNamespace(), network.port(host), file);
    }

    /** Ends the capture and prints it, a line a frame, with Ethernet addresses, and protocol 112 read as CARP. */
    public List<String> stop() throws IOException {
        close();
        return print(file);
    }

    /** What tcpdump prints when a bit of the last bow-out of a vhid is another, its sum the same. */
    List<String> printDamaged(int vhid) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        String bowOut = String.format("21%02xff07", vhid);
        int at = HexFormat.of().formatHex(bytes).lastIndexOf(bowOut) / 2;
        bytes[at + 2] ^= 1;
        return print(Files.write(file.resolveSibling("damaged.pcap"), bytes));
    }

    private List<String> print(Path capture) {
        String text = namespace
                .run("tcpdump", "-r", capture.toString(), "-n", "-e", "-vv", "-T", "carp")
                .orThrow()
                .out();
        // The second and later lines of a frame are indented.
        return text.replaceAll("\n\\s+", " ").lines().toList();
    }

    @Override
    public void close() {
        tcpdump.destroy();
        try {
            if (!tcpdump.waitFor(Limits.ROLE.toSeconds(), TimeUnit.SECONDS)) {
                throw new LabException("tcpdump does not end after SIGTERM");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }
}
