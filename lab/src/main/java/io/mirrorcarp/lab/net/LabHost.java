// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import io.mirrorcarp.address.MacAddress;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

/** A host of the lab: a network namespace, its cables, its processes and a directory for its files. */
public final class LabHost {
    private final String name;
    private final Path directory;
    private final Map<LabNetwork, String> cables = new LinkedHashMap<>();
    private final List<LabProcess> processes = new ArrayList<>();
    private Namespace namespace;

    LabHost(String name, Path directory, Namespace namespace) {
        this.name = name;
        this.directory = directory;
        this.namespace = namespace;
        setDefaults();
    }

    /** The host's name in the lab, such as "fw-a". */
    public String name() {
        return name;
    }

    /** The host's own directory; it goes with the lab. */
    public Path directory() {
        return directory;
    }

    /** The namespace of the host; another one after {@link #reboot}. */
    public Namespace namespace() {
        return namespace;
    }

    /** Lays a cable to a segment. */
    public void plug(LabNetwork network, String device) {
        network.plug(this, device);
        cables.put(network, device);
    }

    /** Adds an address with its prefix length, usable at once. */
    public void address(String device, String address) {
        if (address.contains(":")) {
            namespace.ip("address", "add", address, "dev", device, "nodad");
        } else {
            namespace.ip("address", "add", address, "dev", device);
        }
    }

    /** Runs a program on the host to its end. */
    public CommandResult run(String... command) {
        return namespace.run(command);
    }

    /** The MAC of one of its devices, which must have one. */
    public MacAddress mac(String device) {
        return call(() -> MacAddress.of(
                Objects.requireNonNull(NetworkInterface.getByName(device).getHardwareAddress())));
    }

    /** Runs Java code on the host and waits for it; sockets that it opens are the host's. */
    public <T> T call(Callable<T> task) {
        return namespace.call(task);
    }

    /** Sets sysctls, each as {@code name=value}. */
    public void sysctl(String... settings) {
        List<String> line = new ArrayList<>(List.of("sysctl", "-q", "-w"));
        line.addAll(List.of(settings));
        namespace.run(line.toArray(String[]::new)).orThrow();
    }

    /** Loads an nftables ruleset. */
    public void nft(String ruleset) {
        Commands.run(namespace.inside("nft", "-f", "-"), ruleset, Commands.SHORT)
                .orThrow();
    }

    /**
     * Starts a program that goes on running; what it prints goes to {@code LOGNAME.log} in the host's directory. It gets a
     * session of its own, so that Ctrl-C at the terminal reaches the lab only, which then ends it.
     */
    public LabProcess spawn(String logName, String... command) {
        List<String> line = new ArrayList<>(namespace.inside("setsid"));
        line.addAll(List.of(command));
        LabProcess process = LabProcess.start(line, directory, directory.resolve(logName + ".log"));
        processes.add(process);
        return process;
    }

    /** The processes started by {@link #spawn} since the last boot, in order. */
    public List<LabProcess> processes() {
        return List.copyOf(processes);
    }

    /** Power loss: every process is killed without a word, and all cables go dead. */
    public void powerOff() {
        processes.forEach(LabProcess::kill);
        Map<Namespace, List<String>> bySwitch = new LinkedHashMap<>();
        for (LabNetwork network : cables.keySet()) {
            bySwitch.computeIfAbsent(network.switchNamespace(), key -> new ArrayList<>())
                    .addAll(network.setPorts(this, "down"));
        }
        bySwitch.forEach(Namespace::ipBatch);
        namespace.killAll();
    }

    /**
     * Power returns: a new namespace of the same name and the same cables, and nothing of what the old kernel knew: no
     * addresses, filters, sysctls or tracked connections. The files stay.
     */
    public void reboot() {
        namespace.close();
        processes.clear();
        namespace = Namespace.create(namespace.name());
        setDefaults();
        cables.forEach((network, device) -> network.plug(this, device));
    }

    private void setDefaults() {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new LabException("cannot make " + directory + ": " + e.getMessage(), e);
        }
        // A new namespace takes the machine's own values, which differ from one distribution to the next.
        sysctl("net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0", "net.ipv4.ip_forward=0");
    }
}
