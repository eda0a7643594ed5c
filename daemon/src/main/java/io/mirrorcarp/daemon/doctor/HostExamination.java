// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.doctor;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.PfsyncConfiguration;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Finds what a host has against the configuration of its node. Pure: the facts are read before. */
public final class HostExamination {
    /** uapi/linux/if_bridge.h: of a port that passes nothing on yet. */
    private static final Set<Integer> STATES_OF_DELAY = Set.of(1, 2);

    /** Programs that want the same addresses, the same packets or the same table. */
    private static final Map<String, String> RIVALS = Map.of(
            "keepalived", "elects owners of addresses too",
            "ucarp", "elects owners of addresses too",
            "vrrpd", "elects owners of addresses too",
            "conntrackd", "replicates connections too");

    private final Configuration configuration;
    private final HostFacts facts;
    private final List<Diagnosis> findings = new ArrayList<>();

    private HostExamination(Configuration configuration, HostFacts facts) {
        this.configuration = configuration;
        this.facts = facts;
    }

    /** Everything that is found, in no order that means something. */
    public static List<Diagnosis> findings(Configuration configuration, HostFacts facts) {
        HostExamination examination = new HostExamination(configuration, facts);
        examination.rivals();
        examination.interfaces();
        examination.addressesByHand();
        examination.bridges();
        examination.findings.addAll(RightsExamination.findings(configuration, facts));
        examination.findings.addAll(SettingsExamination.findings(configuration, facts));
        return examination.findings;
    }

    private void rivals() {
        for (HostFacts.Program process : facts.processes()) {
            String does = RIVALS.get(process.name());
            if (does != null) {
                findings.add(Diagnosis.warning(
                        "other-daemon",
                        process.name() + " (pid " + process.pid() + ") runs on this host and " + does,
                        "stop it, or see that it has other virtual router ids, other addresses and another sync"
                                + " device"));
            }
        }
    }

    private void interfaces() {
        if (facts.interfaces().isEmpty()) {
            // Not even lo: the kernel did not tell of them.
            return;
        }
        for (String carpdev : carpdevs(configuration)) {
            if (!facts.interfaces().contains(carpdev)) {
                findings.add(Diagnosis.error(
                        "carpdev-missing",
                        "there is no interface " + carpdev + ", a carpdev of the configuration",
                        "make it, or correct carpdev; ip link lists what is there"));
            }
        }
        configuration
                .pfsync()
                .map(PfsyncConfiguration::syncdevs)
                .orElse(List.of())
                .forEach(syncdev -> {
                    if (!facts.interfaces().contains(syncdev)) {
                        findings.add(Diagnosis.error(
                                "syncdev-missing",
                                "there is no interface " + syncdev + ", the sync device of the configuration",
                                "make it, or correct syncdev; ip link lists what is there"));
                    }
                });
    }

    /** An address without an end is not one that carpd put there. */
    private void addressesByHand() {
        for (VirtualHostConfiguration host : configuration.virtualHosts()) {
            for (HostFacts.Address own : facts.addresses()) {
                boolean virtual = host.addresses().stream()
                        .anyMatch(address -> address.address().equals(own.address()));
                if (virtual && own.permanent()) {
                    String text = AddressText.format(own.address());
                    findings.add(Diagnosis.error(
                            "address-by-hand",
                            "the virtual address " + text + " of " + host.name() + " is configured on " + own.device()
                                    + " by hand: this node answers for it whoever is master",
                            "remove it from the network configuration of this host, and now with: ip address del "
                                    + text + " dev " + own.device()));
                }
            }
        }
    }

    private void bridges() {
        for (String carpdev : carpdevs(configuration)) {
            HostFacts.Bridge bridge = facts.bridges().get(carpdev);
            boolean ipv6 = configuration.virtualHosts().stream()
                    .filter(host -> host.carpdev().equals(carpdev))
                    .flatMap(host -> host.addresses().stream())
                    .anyMatch(address -> address.address() instanceof Inet6Address);
            if (bridge != null && ipv6 && bridge.snoops() && !bridge.asks()) {
                findings.add(Diagnosis.warning(
                        "multicast-snooping",
                        "the bridge " + carpdev + " snoops on multicast and nobody is known to ask who listens: IPv6"
                                + " advertisements to ff02::12 may not pass it",
                        "ip link set " + carpdev + " type bridge mcast_querier 1, or mcast_snooping 0"));
            }
            Integer state = facts.portStates().get(carpdev);
            if (state != null && STATES_OF_DELAY.contains(state)) {
                findings.add(Diagnosis.warning(
                        "spanning-tree",
                        carpdev + " is a bridge port that does not pass frames on yet (spanning tree)",
                        "wait for it, or make it an edge port; upDelay of [carp.NAME] is to be longer than the delay"));
            }
        }
    }

    /** The carpdevs of the virtual hosts, each once. */
    static Set<String> carpdevs(Configuration configuration) {
        Set<String> carpdevs = new TreeSet<>();
        configuration.virtualHosts().forEach(host -> carpdevs.add(host.carpdev()));
        return carpdevs;
    }
}
