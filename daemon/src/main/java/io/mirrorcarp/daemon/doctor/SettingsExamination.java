// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.doctor;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds the settings of the kernel, Linux' {@code networking/ip-sysctl} and {@code nf_conntrack-sysctl}, that a router of a pair must not have. */
final class SettingsExamination {
    /** The kernel answers no ARP request at all. */
    private static final int ARP_IGNORE_ALL = 8;

    private static final int IPV4_BITS = 32;

    private final Configuration configuration;
    private final HostFacts facts;
    private final List<Diagnosis> findings = new ArrayList<>();

    private SettingsExamination(Configuration configuration, HostFacts facts) {
        this.configuration = configuration;
        this.facts = facts;
    }

    static List<Diagnosis> findings(Configuration configuration, HostFacts facts) {
        SettingsExamination examination = new SettingsExamination(configuration, facts);
        examination.arp();
        examination.twoWays();
        if (configuration.pfsync().isPresent()) {
            examination.forwarding();
            examination.conntrack();
        }
        return examination.findings;
    }

    /** The kernel takes the larger value of {@code all} and of the device. */
    private void arp() {
        arpIgnore("all");
        HostExamination.carpdevs(configuration).forEach(this::arpIgnore);
    }

    private void arpIgnore(String scope) {
        if (is("ipv4/conf/" + scope + "/arp_ignore", ARP_IGNORE_ALL)) {
            String name = "net.ipv4.conf." + scope + ".arp_ignore";
            findings.add(Diagnosis.error(
                    "arp-ignore",
                    name + " is 8: the kernel answers no ARP request there, for its own addresses neither",
                    "sysctl -w " + name + "=0, and the same in /etc/sysctl.d"));
        }
    }

    /**
     * The address of another interface lies in the network of a virtual address: the kernel's route to that network uses one of the two, and these settings drop, or do not
     * answer, what comes in on the other.
     */
    private void twoWays() {
        for (VirtualHostConfiguration host : configuration.virtualHosts()) {
            for (HostFacts.Address own : facts.addresses()) {
                boolean elsewhere = own.permanent()
                        && !own.device().equals(host.carpdev())
                        && own.address() instanceof Inet4Address;
                if (elsewhere
                        && host.addresses().stream()
                                .anyMatch(address -> address.length() < IPV4_BITS
                                        && !address.address().equals(own.address())
                                        && address.contains(own.address()))) {
                    filters(host.carpdev(), own);
                }
            }
        }
    }

    private void filters(String carpdev, HostFacts.Address other) {
        String where = "; " + other.device() + " has an address in the network of " + carpdev + " too ("
                + AddressText.format(other.address()) + ")";
        if (isInForce("rp_filter", carpdev)) {
            findings.add(Diagnosis.warning(
                    "rp-filter",
                    "rp_filter is 1 on " + carpdev + where
                            + ": the kernel drops what comes in on the one that its route" + " does not use",
                    "sysctl -w net.ipv4.conf.all.rp_filter=2, and the same in /etc/sysctl.d; or give " + other.device()
                            + " another network"));
        }
        if (isInForce("arp_filter", carpdev)) {
            findings.add(Diagnosis.warning(
                    "arp-filter",
                    "arp_filter is 1 on " + carpdev + where + ": the kernel answers no ARP request on the one that its"
                            + " route does not use",
                    "sysctl -w net.ipv4.conf.all.arp_filter=0 net.ipv4.conf." + carpdev
                            + ".arp_filter=0, and the same in /etc/sysctl.d; or give " + other.device()
                            + " another network"));
        }
    }

    /** Whether the larger one of a setting's two values, that of all and that of the device, is 1: 2 is loose. */
    private boolean isInForce(String setting, String device) {
        return Math.max(
                        facts.setting("ipv4/conf/all/" + setting).orElse(0),
                        facts.setting("ipv4/conf/" + device + "/" + setting).orElse(0))
                == 1;
    }

    /** A node with the state channel carries others' connections, so it is a router. */
    private void forwarding() {
        if (hasAddress(address -> address instanceof Inet4Address)) {
            mustBeOn("ipv4/ip_forward", "forwarding-off", "this node does not forward IPv4");
        }
        if (hasAddress(address -> address instanceof Inet6Address inet6 && !inet6.isLinkLocalAddress())) {
            mustBeOn("ipv6/conf/all/forwarding", "forwarding-off", "this node does not forward IPv6");
        }
    }

    private void mustBeOn(String path, String code, String what) {
        if (is(path, 0)) {
            String name = "net." + path.replace('/', '.');
            findings.add(Diagnosis.error(
                    code, what + " (" + name + " is 0)", "sysctl -w " + name + "=1, and the same in /etc/sysctl.d"));
        }
    }

    private void conntrack() {
        if (!facts.settings().containsKey("netfilter/nf_conntrack_events")) {
            findings.add(Diagnosis.error(
                    "conntrack-missing",
                    "the kernel has no connection tracking: there is nothing to replicate",
                    "modprobe nf_conntrack, and nf_conntrack in /etc/modules-load.d"));
            return;
        }
        if (!is("netfilter/nf_conntrack_events", 1)) {
            findings.add(Diagnosis.error(
                    "conntrack-events",
                    "net.netfilter.nf_conntrack_events is " + facts.settings().get("netfilter/nf_conntrack_events")
                            + ": the kernel does not tell of every connection, so the peer does not get them",
                    "sysctl -w net.netfilter.nf_conntrack_events=1, and the same in /etc/sysctl.d"));
        }
        if (facts.setting("netfilter/nf_conntrack_tcp_loose").orElse(0) != 0) {
            findings.add(Diagnosis.warning(
                    "tcp-loose",
                    "net.netfilter.nf_conntrack_tcp_loose is 1: after a failover the kernel guesses about connections"
                            + " that it does not know, and passes them untranslated",
                    "sysctl -w net.netfilter.nf_conntrack_tcp_loose=0, and the same in /etc/sysctl.d"));
        }
        if (facts.natHookIpv4().equals(Optional.of(false))) {
            findings.add(Diagnosis.warning(
                    "no-nat-hook",
                    "the packet filter has no NAT chain for IPv4: translated connections of the peer would leave this"
                            + " node untranslated",
                    "load the packet filter rules of the peer here too; an empty chain will do: nft 'add table ip nat;"
                            + " add chain ip nat postrouting { type nat hook postrouting priority srcnat; }'"));
        }
    }

    private boolean is(String path, int value) {
        return facts.setting(path).filter(found -> found == value).isPresent();
    }

    private boolean hasAddress(Predicate<InetAddress> kind) {
        return configuration.virtualHosts().stream()
                .flatMap(host -> host.addresses().stream())
                .anyMatch(address -> kind.test(address.address()));
    }
}
