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
 * @param interfaces the names of all interfaces
 * @param addresses the addresses of all interfaces
 * @param bridges the bridge devices, and whether they are in the way of multicast
 * @param portStates the interfaces that are ports of a bridge, and the spanning tree state of each, {@code BR_STATE_*}
 * @param processes the names of the other processes of the network namespace, with their ids
 * @param capabilities {@code CAP_*} as bits, of this process
 * @param natHookIpv4 whether the kernel translates IPv4; empty where that is not known
 */
public record HostFacts(
        Map<String, String> settings,
        Set<String> interfaces,
        List<Address> addresses,
        Map<String, Bridge> bridges,
        Map<String, Integer> portStates,
        List<Program> processes,
        long capabilities,
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

    public HostFacts {
        settings = Map.copyOf(settings);
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

    boolean hasCapability(int number) {
        return (capabilities & 1L << number) != 0;
    }
}
