// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.doctor;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was read from the host, in the network namespace of the node. A fact that cannot be read is missing: an unknown is no finding.
 *
 * @param settings the sysctls below {@code net} by their paths, such as {@code ipv4/ip_forward}
 * @param fixed the paths of those that carpd sets, or needs, and that cannot be set from here
 * @param interfaces the names of all interfaces
 * @param addresses the addresses of all interfaces
 * @param bridges the bridge devices, and whether they are in the way of multicast
 * @param portStates the interfaces that are ports of a bridge, and the spanning tree state of each, {@code BR_STATE_*}
 * @param processes the names of the other processes of the network namespace, with their ids
 * @param permissions what this process may do
 * @param natHookIpv4 whether the kernel translates IPv4; empty where that is not known
 */
public record HostFacts(
        Map<String, String> settings,
        Set<String> fixed,
        Set<String> interfaces,
        List<Address> addresses,
        Map<String, Bridge> bridges,
        Map<String, Integer> portStates,
        List<Program> processes,
        Permissions permissions,
        Optional<Boolean> natHookIpv4) {
    /**
     * An address of an interface.
     *
     * @param permanent whether it has no end: a virtual address of a running daemon is on lease and has one
     */
    public record Address(String device, InetAddress address, boolean permanent) {}

    /**
     * A bridge device.
     *
     * @param snoops whether it passes multicast on only to ports where somebody asked for it
     * @param asks whether it sends the queries that snooping needs
     */
    public record Bridge(boolean snoops, boolean asks) {}

    /** A running program. */
    public record Program(int pid, String name) {}

    /**
     * What this process may do.
     *
     * @param capabilities {@code CAP_*} as bits
     * @param refusedCalls the system calls that are refused, by {@link io.mirrorcarp.netio.SystemCallProbe}
     * @param filtersCalls whether a seccomp filter is in force
     * @param realTime whether a thread may have real-time priority
     */
    public record Permissions(long capabilities, List<String> refusedCalls, boolean filtersCalls, boolean realTime) {
        /** Without it, the election has no real-time priority; without any other one, carpd cannot run. */
        private static final String SCHEDULING = "sched_setscheduler";

        public Permissions {
            refusedCalls = List.copyOf(refusedCalls);
        }

        /** Those of the refused calls without which carpd cannot run. */
        List<String> vitalCalls() {
            return refusedCalls.stream()
                    .filter(call -> !call.equals(SCHEDULING))
                    .toList();
        }

        boolean refusesScheduling() {
            return refusedCalls.contains(SCHEDULING);
        }
    }

    public HostFacts {
        settings = Map.copyOf(settings);
        fixed = Set.copyOf(fixed);
        interfaces = Set.copyOf(interfaces);
        addresses = List.copyOf(addresses);
        bridges = Map.copyOf(bridges);
        portStates = Map.copyOf(portStates);
        processes = List.copyOf(processes);
    }

    /** A setting as a number; empty where the kernel has no such setting. */
    Optional<Integer> setting(String path) {
        String value = settings.get(path);
        try {
            return value == null ? Optional.empty() : Optional.of(Integer.valueOf(value));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
