// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.ArpBalance;
import io.mirrorcarp.carp.packet.ArpRequest;
import io.mirrorcarp.carp.packet.VirtualMac;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
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
