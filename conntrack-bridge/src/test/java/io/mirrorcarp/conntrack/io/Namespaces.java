// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.netio.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Assumptions;

/** Network namespaces with random names, gone when this is closed. */
final class Namespaces implements AutoCloseable {
    private final String prefix = String.format("mc-%06x-", new Random().nextInt(1 << 24));
    private final List<String> names = new ArrayList<>();

    Namespaces() {
        Assumptions.assumeTrue(isRoot(), "needs root: network namespaces");
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            return false;
        }
    }

    /** Adds a namespace, its loopback up, and returns its full name. */
    String add(String name) throws IOException {
        String full = prefix + name;
        names.add(full);
        run("ip", "netns", "add", full);
        ip(full, "link set lo up");
        return full;
    }

    /** Runs ip in a namespace; the words are separated by spaces. */
    static void ip(String namespace, String words) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "-n", namespace));
        Collections.addAll(command, words.split(" "));
        run(command.toArray(String[]::new));
    }

    /** Runs a command in a namespace. */
    static String exec(String namespace, String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        Collections.addAll(all, command);
        return run(all.toArray(String[]::new));
    }

    /** Loads an nftables ruleset. */
    static void nft(String namespace, String ruleset) throws IOException {
        Path file = Files.createTempFile("ruleset", ".nft");
        try {
            Files.writeString(file, ruleset);
            exec(namespace, "nft", "-f", file.toString());
        } finally {
            Files.delete(file);
        }
    }

    /** Calls within a namespace: sockets opened there stay there. */
    static <T> T in(String namespace, Callable<T> call) throws Exception {
        NetworkNamespace entered = NetworkNamespace.enter(namespace);
        try {
            return call.call();
        } finally {
            entered.close();
        }
    }

    static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return output;
    }

    @Override
    public void close() throws IOException {
        for (String name : names) {
            run("ip", "netns", "del", name);
        }
    }
}
