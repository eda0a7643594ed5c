// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.daemon.config.Secret;
import io.mirrorcarp.daemon.config.parser.Surroundings;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A machine with some interfaces, an empty /etc/carpd, and the programs in /usr/bin and /bin alone. */
final class FakeMachine implements Surroundings {
    private final Set<String> interfaces;
    private final Set<String> addresses;

    FakeMachine(Set<String> interfaces, Set<String> addresses) {
        this.interfaces = new TreeSet<>(interfaces);
        this.addresses = addresses;
    }

    @Override
    public String hostName() {
        return "host";
    }

    @Override
    public String machineId() {
        return "0123456789abcdef0123456789abcdef";
    }

    @Override
    public Set<String> interfaceNames() {
        return interfaces;
    }

    @Override
    public Set<InetAddress> addresses() {
        return addresses.stream()
                .map(text -> AddressText.parse(text).orElseThrow())
                .collect(Collectors.toSet());
    }

    @Override
    public Optional<String> configuredOn(InetAddress address) {
        return addresses().contains(address) ? Optional.of("eth0") : Optional.empty();
    }

    @Override
    public FileReading readKeyFile(String path) {
        return FileReading.failed("/etc/carpd/" + path, "no such file");
    }

    @Override
    public boolean hasGroup(String name) {
        return true;
    }

    @Override
    public Optional<String> certificateProblem(Secret certificate, Secret key) {
        return Optional.empty();
    }

    @Override
    public Optional<String> programProblem(String path) {
        return path.matches("(/usr)?/bin/.*") ? Optional.empty() : Optional.of("there is no such file");
    }

    @Override
    public Optional<String> directoryProblem(String path) {
        return Optional.of("there is no such directory");
    }
}
