// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.ArpBalance;
import io.mirrorcarp.carp.io.MacMode;
import io.mirrorcarp.carp.packet.ArpRequest;
import io.mirrorcarp.carp.packet.VirtualMac;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The answers to ARP on one carpdev with net.inet.carp.arpbalance. All vhids of the configuration count, whatever their state, so that all nodes
 * count alike.
 */
final class ArpAnswers {
    private final Map<InetAddress, SortedSet<Integer>> vhidsByAddress = new HashMap<>();

    /** @param hosts those of the carpdev; the others of them are left to the kernel */
    ArpAnswers(Collection<VirtualHost> hosts) {
        for (VirtualHost host : hosts) {
            if (host.attachment().arpBalance()) {
                host.inetAddresses()
                        .forEach(address -> vhidsByAddress
                                .computeIfAbsent(address, one -> new TreeSet<>())
                                .add(host.vhid()));
            }
        }
    }

    /** Why ARP balancing cannot be switched on, or off, for these hosts; empty where it can. */
    static Optional<String> refusal(Collection<VirtualHost> hosts, boolean on) {
        return on ? interfaceMac(hosts) : sharedAddress(hosts);
    }

    private static Optional<String> interfaceMac(Collection<VirtualHost> hosts) {
        return hosts.stream()
                .filter(host -> host.attachment().mac() != MacMode.VIRTUAL)
                .map(host ->
                        "net.inet.carp.arpbalance needs virtual MACs, and " + host.name() + " has mac = \"interface\"")
                .findFirst();
    }

    private static Optional<String> sharedAddress(Collection<VirtualHost> hosts) {
        Map<InetAddress, VirtualHost> owners = new HashMap<>();
        for (VirtualHost host : hosts) {
            for (InetAddress address : host.inetAddresses()) {
                VirtualHost other = owners.putIfAbsent(address, host);
                if (host.attachment().arpBalance() && other != null) {
                    return Optional.of("net.inet.carp.arpbalance must stay on: " + other.name() + " and " + host.name()
                            + " share " + address.getHostAddress());
                }
            }
        }
        return Optional.empty();
    }

    boolean isNeeded() {
        return !vhidsByAddress.isEmpty();
    }

    /** Whether several vhids share the address: announcing it would turn every neighbour to one of them. */
    boolean isShared(InetAddress address) {
        return vhidsByAddress.containsKey(address)
                && Objects.requireNonNull(vhidsByAddress.get(address)).size() > 1;
    }

    /**
     * The frame that answers a request; null where it is not for one of the addresses, or is for another node to answer.
     *
     * @param holds whether this node is the master of a vhid, and has its addresses
     */
    byte @Nullable [] answer(ArpRequest request, IntPredicate holds) {
        SortedSet<Integer> vhids = vhidsByAddress.get(request.target());
        if (vhids == null) {
            return null;
        }
        OptionalInt vhid = ArpBalance.answer(request.sender(), vhids, holds);
        return vhid.isPresent() ? request.reply(VirtualMac.of(vhid.getAsInt())) : null;
    }
}
