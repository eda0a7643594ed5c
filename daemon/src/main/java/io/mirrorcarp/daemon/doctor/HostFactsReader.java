// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.doctor;

import io.mirrorcarp.conntrack.io.KernelChecks;
import io.mirrorcarp.daemon.host.Rights;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.RealTime;
import io.mirrorcarp.netio.SystemCallProbe;
import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.LinkAddress;
import io.mirrorcarp.netio.route.Rtnetlink;
import io.mirrorcarp.netio.route.Sysctl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the facts of the host, in the network namespace of the calling thread. What cannot be read is left out. Takes some milliseconds. */
public final class HostFactsReader {
    private static final Path PROC = Path.of("/proc");
    private static final Path DEVICES = Path.of("/sys/class/net");

    private static final List<String> SETTINGS = List.of(
            "ipv4/ip_forward",
            "ipv6/conf/all/forwarding",
            "netfilter/nf_conntrack_events",
            "netfilter/nf_conntrack_tcp_loose",
            "netfilter/nf_conntrack_tcp_be_liberal",
            "ipv4/ip_nonlocal_bind",
            "ipv6/ip_nonlocal_bind",
            "ipv4/conf/all/arp_ignore",
            "ipv4/conf/all/arp_filter",
            "ipv4/conf/all/rp_filter");

    private static final List<String> SETTINGS_OF_A_DEVICE = List.of("arp_ignore", "arp_filter", "rp_filter");

    private final Map<String, String> settings = new HashMap<>();
    private final Set<String> interfaces = new TreeSet<>();
    private final List<HostFacts.Address> addresses = new ArrayList<>();
    private final Map<String, HostFacts.Bridge> bridges = new HashMap<>();
    private final Map<String, Integer> portStates = new HashMap<>();

    private HostFactsReader() {}

    /** The host as it is now. */
    public static HostFacts read() {
        HostFactsReader reader = new HostFactsReader();
        reader.readNetwork();
        SETTINGS.forEach(reader::readSetting);
        HostFacts.Permissions permissions = permissions();
        return new HostFacts(
                reader.settings,
                fixed(),
                reader.interfaces,
                reader.addresses,
                reader.bridges,
                reader.portStates,
                processes(),
                permissions,
                natHook(permissions));
    }

    /** To a process without the right to ask, the kernel seems to have none. */
    private static Optional<Boolean> natHook(HostFacts.Permissions permissions) {
        boolean mayAsk = Rights.missing(permissions.capabilities()).isEmpty()
                && permissions.vitalCalls().isEmpty();
        return mayAsk ? Optional.of(KernelChecks.hasNatHookIpv4()) : Optional.empty();
    }

    private static Set<String> fixed() {
        return RightsExamination.SET_BY_CARPD.stream()
                .filter(path -> !Sysctl.isWritable(path))
                .collect(Collectors.toSet());
    }

    private static HostFacts.Permissions permissions() {
        boolean realTime = true;
        try {
            realTime = RealTime.isAllowed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new HostFacts.Permissions(Rights.held(), SystemCallProbe.refused(), Rights.areCallsFiltered(), realTime);
    }

    private void readNetwork() {
        Map<Integer, String> names = new HashMap<>();
        try (Rtnetlink route = Rtnetlink.open()) {
            for (Link link : route.links()) {
                names.put(link.index(), link.name());
                interfaces.add(link.name());
                SETTINGS_OF_A_DEVICE.forEach(setting -> readSetting("ipv4/conf/" + link.name() + "/" + setting));
                readBridge(link.name());
            }
            for (LinkAddress address : route.addresses()) {
                String device = names.getOrDefault(address.ifindex(), "");
                addresses.add(new HostFacts.Address(device, address.address(), address.isPermanent()));
            }
        } catch (ErrnoException expected) {
            // A host that does not tell of its interfaces has none that could be found fault with.
        }
    }

    private void readSetting(String path) {
        try {
            Sysctl.read(path).ifPresent(value -> settings.put(path, value));
        } catch (IOException expected) {
            // Unknown.
        }
    }

    private void readBridge(String device) {
        Path bridge = DEVICES.resolve(device).resolve("bridge");
        if (Files.isDirectory(bridge)) {
            boolean snoops = number(bridge.resolve("multicast_snooping")).orElse(0) == 1;
            boolean asks = number(bridge.resolve("multicast_querier")).orElse(0) == 1;
            bridges.put(device, new HostFacts.Bridge(snoops, asks));
        }
        number(DEVICES.resolve(device).resolve("brport/state")).ifPresent(state -> portStates.put(device, state));
    }

    private static Optional<Integer> number(Path file) {
        try {
            return Optional.of(Integer.valueOf(Files.readString(file).strip()));
        } catch (IOException | NumberFormatException expected) {
            return Optional.empty();
        }
    }

    private static List<HostFacts.Program> processes() {
        List<HostFacts.Program> processes = new ArrayList<>();
        try (Stream<Path> entries = Files.list(PROC)) {
            Path here = Files.readSymbolicLink(PROC.resolve("thread-self/ns/net"));
            entries.filter(entry -> entry.getFileName().toString().chars().allMatch(Character::isDigit))
                    .forEach(entry -> addProcess(entry, here, processes));
        } catch (IOException expected) {
            // Unknown.
        }
        return processes;
    }

    private static void addProcess(Path entry, Path here, List<HostFacts.Program> processes) {
        try {
            int pid = Integer.parseInt(entry.getFileName().toString());
            if (Files.readSymbolicLink(entry.resolve("ns/net")).equals(here)) {
                processes.add(new HostFacts.Program(
                        pid, Files.readString(entry.resolve("comm")).strip()));
            }
        } catch (IOException expected) {
            // It has ended, or is not ours to look at.
        }
    }
}
