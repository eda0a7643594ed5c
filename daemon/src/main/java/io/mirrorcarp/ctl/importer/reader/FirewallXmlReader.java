// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.ctl.importer.model.HostDraft;
import io.mirrorcarp.ctl.importer.model.ImportFault;
import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.ctl.importer.model.SyncDraft;
import io.mirrorcarp.ctl.importer.source.SourceFile;
import io.mirrorcarp.ctl.importer.source.XmlElement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** config.xml of pfSense and OPNsense: virtual addresses and High Availability Sync; and the fields of pfSense's early carp package. */
public final class FirewallXmlReader implements Reader {
    private static final Set<String> OF_FILE = Set.of(
            "virtualip",
            "hasync",
            "installedpackages",
            "interfaces",
            "filter",
            "nat",
            "carp",
            "carpsettings",
            "version",
            "lastchange",
            "revision");
    private static final Set<String> OF_PACKAGES = Set.of("carp", "carpsettings", "pfsense", "opnsense");
    private static final Set<String> OF_HOST = Set.of(
            "vhid",
            "advskew",
            "password",
            "ipaddress",
            "netmask",
            "interface",
            "balancing",
            "premption",
            "preemption",
            "preempt");
    private static final Set<String> OF_SYNC = Set.of(
            "pfsyncenabled",
            "pfsyncinterface",
            "pfsyncpeerip",
            "pfsyncdefer",
            "pfsyncip",
            "disablepreempt",
            "synchronizetoip",
            "balancing",
            "premption",
            "preemption",
            "preempt");
    private static final String ON = "(?i)on|1|yes|true|enabled";

    @Override
    public void read(SourceFile file, Reading reading) {
        if (file.text().startsWith("---- BEGIN")) {
            throw new ImportFault(file.at(1), "an encrypted backup: save it without encryption, or decrypt it first");
        }
        XmlElement root = XmlElement.parse(file);
        if (root.name().equals("packagegui")) {
            throw new ImportFault(
                    root.place(),
                    "the form of the package, without values: they are in config.xml, in installedpackages");
        }
        Map<String, String> devices = devices(root);
        root.find("system", "hostname").ifPresent(name -> reading.draft().nodeName(name.text()));
        root.find("virtualip").ifPresent(list -> new VirtualIps(reading, devices).read(list.children("vip")));
        root.find("hasync").ifPresent(sync -> sync(sync, devices, reading));
        XmlElement packages = root.find("installedpackages").orElse(root);
        lists("carp", root, packages).stream()
                .flatMap(list -> list.children("config").stream())
                .forEach(config -> packageHost(config, root, devices, reading));
        lists("carpsettings", root, packages).stream()
                .flatMap(list -> list.children("config").stream())
                .forEach(config -> {
                    balancingAndPreemption(config, reading);
                    sync(config, devices, reading);
                });
        for (String section : List.of("filter", "nat")) {
            root.find(section)
                    .ifPresent(rules -> reading.leave(
                            rules.place(), section, "packet filter rules are not carpd's: write them for nftables"));
        }
        root.find("interfaces")
                .ifPresent(own -> reading.leave(
                        own.place(), "interfaces", "their own addresses are this machine's network configuration"));
        leaveOthers(root, OF_FILE, "neither virtual addresses nor state synchronisation", reading);
        leaveOthers(packages, OF_PACKAGES, "not the package carp", reading);
    }

    /** Tells the names of the elements that nothing is taken from, in one sentence. */
    private static void leaveOthers(XmlElement parent, Set<String> known, String why, Reading reading) {
        List<XmlElement> others = parent.children().stream()
                .filter(child -> !known.contains(child.name()))
                .filter(child -> !child.text().isEmpty() || !child.children().isEmpty())
                .toList();
        if (!others.isEmpty() && !known.contains(parent.name())) {
            String names = others.stream().map(XmlElement::name).distinct().collect(Collectors.joining(", "));
            reading.leave(others.get(0).place(), names, why);
        }
    }

    /** In config.xml below installedpackages; or the file is such a list itself. */
    private static List<XmlElement> lists(String name, XmlElement root, XmlElement packages) {
        return root.name().equals(name) ? List.of(root) : packages.children(name);
    }

    /** {@code wan} to {@code em0}. */
    private static Map<String, String> devices(XmlElement root) {
        Map<String, String> devices = new HashMap<>();
        for (XmlElement element :
                root.find("interfaces").map(XmlElement::children).orElse(List.of())) {
            if (!element.value("if").isEmpty()) {
                devices.put(element.name(), element.value("if"));
            }
        }
        return devices;
    }

    private static void sync(XmlElement element, Map<String, String> devices, Reading reading) {
        if (element.value("disablepreempt").matches(ON)) {
            reading.draft().preempt(false);
        }
        leaveOthers(element, OF_SYNC, "carpd does not copy the firewall's configuration to its peer", reading);
        if (!element.value("synchronizetoip").isEmpty()) {
            reading.leave(
                    element.place(), "synchronizetoip", "carpd does not copy the firewall's configuration to its peer");
        }
        String device = element.value("pfsyncinterface");
        // OPNsense has no switch since 24.1: the interface is it.
        boolean enabled = element.find("pfsyncenabled").isPresent()
                ? element.value("pfsyncenabled").matches(ON)
                : !device.isEmpty();
        if (!enabled || device.isEmpty()) {
            return;
        }
        SyncDraft sync = reading.sync(element.place());
        sync.syncdev(devices.getOrDefault(device, device));
        String peer = element.value("pfsyncpeerip");
        if (!peer.isEmpty()) {
            reading.host(element.place(), "pfsyncpeerip", peer).ifPresent(sync.peers()::add);
        }
        if (element.value("pfsyncdefer").matches(ON)) {
            reading.leave(
                    element.place(),
                    "pfsyncdefer",
                    "no packet waits for the peer: let both directions of a connection pass the same node");
        }
        String own = element.value("pfsyncip");
        if (!own.isEmpty()) {
            reading.leave(element.place(), "pfsyncip " + own, "give the sync device its address yourself");
        }
    }

    private static void balancingAndPreemption(XmlElement config, Reading reading) {
        if (config.value("balancing").matches(ON)) {
            reading.draft().arpbalance(true);
        }
        // The package's own spelling, and the right one.
        for (String key : List.of("premption", "preemption", "preempt")) {
            if (config.find(key).isPresent()) {
                reading.draft()
                        .preempt(config.value(key).matches(ON)
                                || reading.draft().preempt().orElse(false));
            }
        }
    }

    private static void packageHost(XmlElement config, XmlElement root, Map<String, String> devices, Reading reading) {
        Place place = config.place();
        leaveOthers(config, OF_HOST, "carpd has nothing like it", reading);
        HostDraft host = reading.newHost(place, "");
        reading.number(place, "vhid", config.value("vhid"), 1, 255).ifPresent(host::vhid);
        if (!config.value("advskew").isEmpty()) {
            reading.number(place, "advskew", config.value("advskew"), 0, 254).ifPresent(host::advskew);
        }
        reading.passphrase(host, place, config.value("password"));
        reading.addAddress(host, place, config.value("ipaddress"), Prefixes.length(config.value("netmask"), 32));
        balancingAndPreemption(config, reading);
        String named = config.value("interface");
        host.name(named);
        host.carpdev(devices.getOrDefault(named, ""));
        // The package puts carp on the interface whose network has the address.
        for (XmlElement candidate :
                root.find("interfaces").map(XmlElement::children).orElse(List.of())) {
            OptionalInt length = Prefixes.length(candidate.value("subnet"), 32);
            boolean inside = Prefixes.parse(candidate.value("ipaddr"), length)
                    .filter(prefix -> contains(prefix, host))
                    .isPresent();
            if (host.carpdev().isEmpty() && inside) {
                host.carpdev(candidate.value("if"));
                host.name(candidate.name());
            }
        }
    }

    private static boolean contains(AddressPrefix network, HostDraft host) {
        return host.addresses().stream().anyMatch(own -> network.contains(own.address()));
    }
}
