// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.PfsyncConfiguration;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The checks that compare one key with another, or with this machine's addresses. */
final class CrossCheck {
    private final Configuration configuration;
    private final KeyPositions positions;
    private final Findings findings;
    private final Surroundings surroundings;
    private final Set<InetAddress> own;
    private final Map<InetAddress, VirtualHostConfiguration> virtualAddresses = new HashMap<>();

    CrossCheck(Configuration configuration, KeyPositions positions, Findings findings, Surroundings surroundings) {
        this.configuration = configuration;
        this.positions = positions;
        this.findings = findings;
        this.surroundings = surroundings;
        this.own = surroundings.addresses();
    }

    void run() {
        vhids();
        addresses();
        for (VirtualHostConfiguration host : configuration.virtualHosts()) {
            peers(host.attachment().peers(), "carp", host.name(), "peer");
            routes(host);
        }
        configuration.pfsync().ifPresent(this::pfsync);
        new PathCheck(configuration, positions, findings).run();
        if (configuration.virtualHosts().isEmpty() && configuration.pfsync().isEmpty()) {
            findings.fault(Location.START, "nothing to do: there is neither a [carp.NAME] table nor [pfsync]");
        }
    }

    private void vhids() {
        Map<String, String> taken = new HashMap<>();
        for (VirtualHostConfiguration host : configuration.virtualHosts()) {
            for (int vhid : host.vhids().keySet()) {
                String other = vhid == 0 || host.carpdev().isEmpty()
                        ? null
                        : taken.putIfAbsent(vhid + "@" + host.carpdev(), host.name());
                if (other != null) {
                    findings.fault(
                            host.balancing().isPresent()
                                    ? positions.at("carp", host.name(), "carpnodes", Integer.toString(vhid))
                                    : positions.at("carp", host.name(), "vhid"),
                            "vhid " + vhid + " on " + host.carpdev() + " is that of [carp." + other
                                    + "]: each virtual host of a carpdev needs its own");
                }
            }
        }
    }

    private void addresses() {
        for (VirtualHostConfiguration host : configuration.virtualHosts()) {
            for (int i = 0; i < host.addresses().size(); i++) {
                InetAddress address = host.addresses().get(i).address();
                VirtualHostConfiguration other = sharer(address, host, i);
                virtualAddresses.putIfAbsent(address, host);
                if (other != null && !mayShare(address, host, other)) {
                    findings.fault(
                            positions.at("carp", host.name(), "address", i),
                            AddressText.format(address) + " is in [carp." + other.name()
                                    + "] already: give each address once");
                }
                int position = i;
                surroundings
                        .configuredOn(address)
                        .filter(device -> !address.isLinkLocalAddress() || device.equals(host.carpdev()))
                        .ifPresent(device -> findings.fault(
                                positions.at("carp", host.name(), "address", position),
                                AddressText.format(address) + " is configured on " + device
                                        + " of this host by hand, so that it answers whoever is master: remove it"
                                        + " there, or name another virtual address"));
            }
        }
    }

    /** Who before an entry has the same address; one of the link counts on its own carpdev only. */
    private @Nullable VirtualHostConfiguration sharer(InetAddress address, VirtualHostConfiguration of, int entry) {
        for (VirtualHostConfiguration host : configuration.virtualHosts()) {
            boolean sameSegment =
                    !address.isLinkLocalAddress() || host.carpdev().equals(of.carpdev());
            boolean last = host.name().equals(of.name());
            int before = last ? entry : host.addresses().size();
            for (int i = 0; i < before && sameSegment; i++) {
                if (host.addresses().get(i).address().equals(address)) {
                    return host;
                }
            }
            if (last) {
                return null;
            }
        }
        return null;
    }

    /** With ARP balancing, the vhids of a carpdev share IPv4 addresses. */
    private boolean mayShare(InetAddress address, VirtualHostConfiguration host, VirtualHostConfiguration other) {
        return configuration.global().arpbalance()
                && address instanceof Inet4Address
                && !host.equals(other)
                && host.carpdev().equals(other.carpdev());
    }

    /** With the last IPv4 address of an interface the kernel forgets every route through it. */
    private void routes(VirtualHostConfiguration host) {
        boolean carries = host.addresses().stream().anyMatch(one -> one.address() instanceof Inet4Address);
        boolean names = configuration.virtualHosts().stream()
                .filter(other -> other.carpdev().equals(host.carpdev()))
                .anyMatch(other -> !other.attachment().routes().isEmpty());
        if (carries && !names && !surroundings.hasOwnIpv4(host.carpdev(), virtualAddresses.keySet())) {
            findings.warn(
                    positions.at("carp", host.name(), "address"),
                    host.carpdev()
                            + " has no IPv4 address of its own: without the virtual one, and after a restart, the"
                            + " routes through it are gone; name them here, such as route = [\"default via GATEWAY\"],"
                            + " or give it an address of its own");
        }
    }

    private void peers(List<InetAddress> peers, Object... path) {
        for (InetAddress peer : peers) {
            Location location = positions.at(path);
            String text = AddressText.format(peer);
            VirtualHostConfiguration virtualHost = virtualAddresses.get(peer);
            if (virtualHost != null) {
                findings.fault(
                        location,
                        text + " is a virtual address of [carp." + virtualHost.name()
                                + "]: name the peer's own address");
            } else if (own.contains(peer)) {
                findings.fault(location, text + " is an address of this node: name the peer's");
            }
        }
    }

    private void pfsync(PfsyncConfiguration pfsync) {
        peers(pfsync.syncpeers(), "pfsync", "syncpeer");
        Map<String, String> hosts = new HashMap<>();
        configuration.virtualHosts().forEach(host -> hosts.putIfAbsent(host.carpdev(), host.name()));
        if (!pfsync.syncdevs().isEmpty() && hosts.keySet().containsAll(pfsync.syncdevs())) {
            String first = pfsync.syncdevs().get(0);
            findings.warn(
                    positions.at("pfsync", "syncdev"),
                    first + " is the carpdev of [carp." + hosts.get(first)
                            + "] too: give the state channel a link of its own");
        }
    }
}
