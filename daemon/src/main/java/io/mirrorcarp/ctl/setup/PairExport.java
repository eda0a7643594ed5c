// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.setup;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.ctl.files.NewFile;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.KeyFile;
import io.mirrorcarp.daemon.config.Secret;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** Collects what the second node needs. */
public final class PairExport {
    private PairExport() {}

    /**
     * Makes the file of a node.
     *
     * @param file its configuration
     * @param configuration what that says
     * @throws SetupFault when a key lies outside of the configuration's directory
     */
    public static PairFile of(Path file, Configuration configuration, HostDevices host) throws SetupFault, IOException {
        List<NewFile> files = new ArrayList<>();
        files.add(read(file, SetupFiles.CONFIGURATION));
        for (Path other : configurations(file)) {
            files.add(read(other, String.valueOf(other.getFileName())));
        }
        for (String path : secrets(configuration)) {
            Path secret = Path.of(path);
            Path beside = file.toAbsolutePath().normalize().resolveSibling(String.valueOf(secret.getFileName()));
            if (!secret.normalize().equals(beside)) {
                throw new SetupFault(
                        path + " is not beside " + file + ": move it there, or copy it to the other node by hand");
            }
            files.add(read(secret, String.valueOf(secret.getFileName())));
        }
        for (String name : SetupFiles.RULES) {
            Path rules = file.resolveSibling(name);
            if (Files.isRegularFile(rules)) {
                files.add(read(rules, name));
            }
        }
        return new PairFile(configuration.node().name(), own(configuration, host), files);
    }

    /** Those of other nodes, which {@code carpctl init --nodes} has put beside. */
    private static List<Path> configurations(Path file) throws IOException {
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a directory");
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(path -> PairImport.OF_A_NODE
                            .matcher(String.valueOf(path.getFileName()))
                            .matches())
                    .sorted()
                    .toList();
        }
    }

    private static NewFile read(Path file, String name) throws IOException {
        int mode = (Integer) Files.getAttribute(file, "unix:mode") & 0744;
        return new NewFile(name, Secret.of(Files.readAllBytes(file)), mode);
    }

    private static Set<String> secrets(Configuration configuration) {
        Set<String> secrets = new LinkedHashSet<>();
        configuration.virtualHosts().forEach(host -> host.passphrase().file().ifPresent(secrets::add));
        configuration
                .pfsync()
                .ifPresent(pfsync ->
                        pfsync.keys().values().stream().map(KeyFile::file).forEach(secrets::add));
        return secrets;
    }

    private static Map<String, List<AddressPrefix>> own(Configuration configuration, HostDevices host) {
        Set<String> devices = new LinkedHashSet<>();
        Set<AddressPrefix> virtual = new LinkedHashSet<>();
        for (VirtualHostConfiguration one : configuration.virtualHosts()) {
            devices.add(one.carpdev());
            virtual.addAll(one.addresses());
        }
        configuration.pfsync().ifPresent(pfsync -> devices.addAll(pfsync.syncdevs()));
        Map<String, List<AddressPrefix>> own = new LinkedHashMap<>();
        for (String name : devices) {
            // A running master has the virtual ones as well.
            host.named(name)
                    .ifPresent(device -> own.put(
                            name,
                            device.addresses().stream()
                                    .filter(address -> virtual.stream()
                                            .noneMatch(other -> other.address().equals(address.address())))
                                    .toList()));
        }
        return own;
    }
}
