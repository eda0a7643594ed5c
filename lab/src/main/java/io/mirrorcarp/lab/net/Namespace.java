// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A named network namespace of iproute2's. Closing it ends the processes left in it and removes it. */
public final class Namespace implements AutoCloseable {
    private static final Path MOUNTS = Path.of("/run/netns");
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

    private final String name;

    private Namespace(String name) {
        this.name = name;
    }

    /** Makes a namespace with its loopback up. */
    public static Namespace create(String name) {
        Commands.run("ip", "netns", "add", name).orThrow();
        Namespace namespace = new Namespace(name);
        Commands.run("ip", "-n", name, "link", "set", "lo", "up").orThrow();
        return namespace;
    }

    /** The namespace of that name, when there is one. */
    static Optional<Namespace> find(String name) {
        return Files.exists(MOUNTS.resolve(name)) ? Optional.of(new Namespace(name)) : Optional.empty();
    }

    /** The name that {@code ip netns} knows. */
    public String name() {
        return name;
    }

    /** The file that stands for the namespace, for setns(2). */
    public Path path() {
        return MOUNTS.resolve(name);
    }

    /** A command line that runs {@code command} inside. */
    public List<String> inside(String... command) {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", name));
        line.addAll(Arrays.asList(command));
        return line;
    }

    /** Runs a program inside to its end. */
    public CommandResult run(String... command) {
        return Commands.run(inside(command), "", Commands.SHORT);
    }

    /** Runs {@code ip ARGUMENTS} inside; throws when it fails. */
    public CommandResult ip(String... arguments) {
        List<String> line = new ArrayList<>(List.of("ip", "-n", name));
        line.addAll(Arrays.asList(arguments));
        return Commands.run(line, "", Commands.SHORT).orThrow();
    }

    /** Runs several {@code ip} command lines inside in one process, so at one moment; throws at the first that fails. */
    public void ipBatch(List<String> lines) {
        Commands.run(List.of("ip", "-n", name, "-batch", "-"), String.join("\n", lines) + "\n", Commands.SHORT)
                .orThrow();
    }

    /** Runs Java code on a thread inside and waits for it. Sockets that it opens stay inside. */
    public <T> T call(Callable<T> task) {
        return NamespaceThread.join(NamespaceThread.start(name, "in-" + name, task));
    }

    /** Starts Java code on a daemon thread inside; an exception is kept in the future. */
    public <T> Future<T> start(String threadName, Callable<T> task) {
        return NamespaceThread.start(name, threadName, task);
    }

    /** The processes that are inside now, never this one. */
    public List<ProcessHandle> processes() {
        return processes(identity(path()));
    }

    private static List<ProcessHandle> processes(Map<String, Object> identity) {
        if (identity.isEmpty()) {
            return List.of();
        }
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(
                            process -> process.pid() != ProcessHandle.current().pid())
                    .filter(process -> identity(Path.of("/proc/" + process.pid() + "/ns/net"))
                            .equals(identity))
                    .toList();
        }
    }

    /** Ends every process inside with SIGKILL and waits until they are gone. */
    public void killAll() {
        killAll(identity(path()));
    }

    private static void killAll(Map<String, Object> identity) {
        List<ProcessHandle> left = processes(identity);
        left.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : left) {
            awaitEnd(process);
        }
    }

    private static void awaitEnd(ProcessHandle process) {
        try {
            process.onExit().get(KILL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            throw new LabException("process " + process.pid() + " does not end after SIGKILL", e);
        }
    }

    /** Device and inode of the namespace behind a file; empty when the file or the process is gone. */
    private static Map<String, Object> identity(Path file) {
        try {
            return Files.readAttributes(file, "unix:dev,ino");
        } catch (IOException e) {
            return Map.of();
        }
    }

    @Override
    public void close() {
        Map<String, Object> identity = identity(path());
        if (!identity.isEmpty()) {
            try {
                killAll(identity);
            } finally {
                Commands.run("ip", "netns", "delete", name).orThrow();
            }
            // Once the name is gone nothing can enter any more: what entered meanwhile ends here.
            killAll(identity);
        }
    }
}
