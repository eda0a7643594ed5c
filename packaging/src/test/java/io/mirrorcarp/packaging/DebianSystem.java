// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.packaging;

import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A Debian 12 of its own, booted with its systemd in namespaces of its own, from a tree that debootstrap made once. */
final class DebianSystem implements AutoCloseable {
    /** debootstrap takes a minute where the machine is idle. */
    private static final Duration MAKE_LIMIT = Duration.ofMinutes(15);

    private static final Duration BOOT_LIMIT = Duration.ofMinutes(2);
    private static final Duration RUN_LIMIT = Duration.ofMinutes(5);
    private static final String PACKAGES =
            "systemd,systemd-sysv,dbus,iproute2,nftables,default-jre-headless,procps,iputils-ping,conntrack";
    private static final Path TARGET = Checkout.home().resolve("packaging/target");

    private final String name;
    private final Path directory;
    private Process container;

    private DebianSystem(String name, Path directory, Process container) {
        this.name = name;
        this.directory = directory;
        this.container = container;
    }

    /** The tree that systems are copied from; {@code -Ddebian.tree=DIRECTORY} names one that is there. */
    private static Path tree() throws IOException {
        Path tree = Path.of(
                System.getProperty("debian.tree", TARGET.resolve("debian").toString()));
        if (!Files.exists(tree.resolve("etc/debian_version"))) {
            Path fresh = tree.resolveSibling(tree.getFileName() + ".new");
            Commands.run(List.of("rm", "-rf", fresh.toString()), "", RUN_LIMIT).orThrow();
            Files.createDirectories(fresh);
            List<String> line =
                    List.of("debootstrap", "--variant=minbase", "--include=" + PACKAGES, "bookworm", fresh.toString());
            Commands.run(line, "", MAKE_LIMIT).orThrow();
            Files.move(fresh, tree);
        }
        return tree;
    }

    /** Boots a new one and waits until it is up. More packages are installed before, from the mirrors of this machine. */
    static DebianSystem boot(String name, String... packages) throws IOException {
        String unique = String.format(
                Locale.ROOT, "mcp-%06x-%s", ThreadLocalRandom.current().nextInt(1 << 24), name);
        Path directory = TARGET.resolve("systems").resolve(unique);
        Files.createDirectories(directory.getParent());
        Commands.run(List.of("cp", "-a", "--reflink=auto", tree().toString(), directory.toString()), "", RUN_LIMIT)
                .orThrow();
        Files.writeString(directory.resolve("etc/hostname"), name + "\n");
        Files.writeString(directory.resolve("etc/machine-id"), "");
        if (packages.length > 0) {
            install(directory, packages);
        }
        DebianSystem system = new DebianSystem(name, directory, start(directory));
        system.awaitUp();
        return system;
    }

    private static void install(Path directory, String... packages) {
        String script = "cp -L /etc/resolv.conf " + directory + "/etc/; chroot " + directory
                + " sh -c 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -qy --no-install-recommends install "
                + String.join(" ", packages) + "'";
        Commands.run(List.of("sh", "-c", script), "", MAKE_LIMIT).orThrow();
    }

    private static Process start(Path directory) throws IOException {
        String unique = directory.getFileName().toString();
        return new ProcessBuilder(
                        "systemd-nspawn",
                        "-q",
                        "-D",
                        directory.toString(),
                        "--machine=" + unique,
                        "--private-network",
                        "--register=no",
                        "--keep-unit",
                        "-b")
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolveSibling(unique + ".log").toFile()))
                .start();
    }

    private void awaitUp() {
        Awaitility.await(name + " is up")
                .atMost(BOOT_LIMIT)
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptions()
                .until(() -> List.of("running", "degraded")
                        .contains(run("systemctl", "is-system-running").out().strip()));
    }

    String name() {
        return name;
    }

    /** A file of it. */
    Path file(String path) {
        return directory.resolve(path.substring(1));
    }

    /** The process id of its systemd, on this machine. */
    long leader() {
        return container
                .children()
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is down"))
                .pid();
    }

    /** Runs a program in it. */
    CommandResult run(String... command) {
        List<String> line = new ArrayList<>(List.of(
                "nsenter",
                "-t",
                String.valueOf(leader()),
                "-a",
                "env",
                "-i",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME=/root",
                "LANG=C.UTF-8"));
        line.addAll(List.of(command));
        return Commands.run(line, "", RUN_LIMIT);
    }

    /** Runs shell commands in it that must succeed; what they print. */
    String sh(String commands) {
        return run("sh", "-c", commands).orThrow().out();
    }

    /** Reboots and waits until it is up again; its cables are gone then. */
    void reboot() throws IOException {
        run("systemctl", "--no-block", "reboot");
        // With --keep-unit a reboot is the end, for whoever supervises it to start again.
        Awaitility.await(name + " reboots").atMost(BOOT_LIMIT).until(() -> !container.isAlive());
        container = start(directory);
        awaitUp();
    }

    /** Lays a cable between two systems, with the same name on both. */
    static void plug(DebianSystem a, DebianSystem b, String device) {
        String one = String.format(
                Locale.ROOT, "mcp%06x", ThreadLocalRandom.current().nextInt(1 << 24));
        Commands.run("ip", "link", "add", one + "a", "type", "veth", "peer", "name", one + "b")
                .orThrow();
        Commands.run("ip", "link", "set", one + "a", "netns", String.valueOf(a.leader()), "name", device)
                .orThrow();
        Commands.run("ip", "link", "set", one + "b", "netns", String.valueOf(b.leader()), "name", device)
                .orThrow();
    }

    @Override
    public void close() {
        try {
            container.children().forEach(ProcessHandle::destroyForcibly);
            container.destroy();
            if (!container.waitFor(20, TimeUnit.SECONDS)) {
                container.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Commands.run(List.of("rm", "-rf", directory.toString()), "", RUN_LIMIT);
    }
}
