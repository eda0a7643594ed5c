// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A set of hosts and segments that stand and fall together. {@link #close} ends every process in them and removes
 * everything; the end of the Java process, by Ctrl-C or SIGTERM too, does the same. After SIGKILL, {@link Leftovers} does.
 */
public final class Lab implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final LabDirectory directory;
    private final List<Namespace> namespaces = new ArrayList<>();
    private final List<LabHost> hosts = new ArrayList<>();
    private final Thread atExit = new Thread(this::removeAtExit, "lab-close");
    private @Nullable Namespace switchNamespace;
    private boolean removed;
    private volatile boolean exiting;

    private Lab(LabDirectory directory) {
        this.directory = directory;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** A new, empty lab under a random id. */
    public static Lab open() {
        return new Lab(LabDirectory.create(HexFormat.of().toHexDigits(RANDOM.nextInt() & 0xffffff, 6)));
    }

    /** Six hexadecimal digits, part of every namespace's name. */
    public String id() {
        return directory.id();
    }

    /** The lab's own directory, mode 0700; it goes with the lab. */
    public Path directory() {
        return directory.path();
    }

    /** Adds a host; its namespace is {@code mc-ID-NAME}. */
    public synchronized LabHost host(String name) {
        Path files = directory.path().resolve(name);
        LabHost host = new LabHost(name, files, namespace(name));
        hosts.add(host);
        return host;
    }

    /** Adds an Ethernet segment, whose hosts are connected by a switch. */
    public LabNetwork network(String name) {
        return network(name, false);
    }

    /** Adds a cable from one host to another. */
    public LabNetwork cable(String name) {
        return network(name, true);
    }

    private synchronized LabNetwork network(String name, boolean singleCable) {
        if (switchNamespace == null) {
            switchNamespace = namespace("switch");
            // Where the bridge filter is loaded, it would track every bridged packet a second time.
            Commands.run(
                    switchNamespace.inside(
                            "sysctl",
                            "-q",
                            "-e",
                            "-w",
                            "net.bridge.bridge-nf-call-iptables=0",
                            "net.bridge.bridge-nf-call-ip6tables=0"),
                    "",
                    Commands.SHORT);
        }
        return new LabNetwork(switchNamespace, name, singleCable);
    }

    /** The hosts, in the order they were added. */
    public synchronized List<LabHost> hosts() {
        return List.copyOf(hosts);
    }

    /** Lets the lab stand when it is closed; {@link Leftovers} removes it on request. */
    public synchronized void keep() {
        directory.keep();
    }

    /** Lets {@link StandingLab#find} find the lab for whoever names none, as it finds one that is kept. */
    public void offer() {
        directory.offer();
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException ignored) {
            // The Java process is ending: the hook removes the lab, and remove() lets only one do it.
        }
        remove();
    }

    /**
     * When the Java process is ending, never returns: what fails now fails because the lab is being removed, and is not
     * worth telling.
     */
    public void sleepIfRemovedAtExit() {
        while (exiting) {
            LockSupport.park(this);
        }
    }

    private void removeAtExit() {
        exiting = true;
        remove();
    }

    private Namespace namespace(String host) {
        if (removed) {
            throw new LabException("the lab is closed");
        }
        String name = "mc-" + id() + "-" + host;
        directory.addNamespace(name);
        Namespace namespace = Namespace.create(name);
        namespaces.add(namespace);
        return namespace;
    }

    private synchronized void remove() {
        if (removed || directory.kept()) {
            return;
        }
        removed = true;
        Leftovers.remove(directory);
    }
}
