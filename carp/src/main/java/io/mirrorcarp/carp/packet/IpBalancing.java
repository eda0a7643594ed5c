// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import io.mirrorcarp.address.MacAddress;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * OpenBSD's IP balancing (carp(4)): several vhids, the carpnodes, have the same addresses and one MAC. Every node gets every frame to that MAC, and keeps those whose slot it
 * is master of. The slots are the vhids in ascending order, and the addresses of a packet choose the slot. All nodes name the same vhids.
 *
 * <p>The lowest vhid is the leader: the MAC is by its number, and its master alone answers ARP and neighbour discovery. Nothing is announced, since the MAC never moves.
 *
 * @param vhids 1 to {@value #MOST_SLOTS}, each 1 to 255, ascending
 */
public record IpBalancing(BalancingMode mode, List<Integer> vhids) {
    /** As many as OpenBSD has. */
    public static final int MOST_SLOTS = 32;

    /** Copies the list, and checks it. */
    public IpBalancing {
        vhids = List.copyOf(vhids);
        if (vhids.isEmpty() || vhids.size() > MOST_SLOTS) {
            throw new IllegalArgumentException("not 1 to " + MOST_SLOTS + " carpnodes: " + vhids.size());
        }
        for (int i = 1; i < vhids.size(); i++) {
            if (vhids.get(i) <= vhids.get(i - 1)) {
                throw new IllegalArgumentException("carpnodes are not in ascending order: " + vhids);
            }
        }
    }

    /** The vhid whose number the MAC has. */
    public int leader() {
        return vhids.get(0);
    }

    public int slots() {
        return vhids.size();
    }

    /** The slot of a vhid, 0 or more; -1 for one that is none of the carpnodes. */
    public int slotOf(int vhid) {
        return vhids.indexOf(vhid);
    }

    /** The slot of a packet: the 32-bit words of both addresses, XORed, modulo the number of slots. */
    public int slotOf(InetAddress source, InetAddress destination) {
        return Integer.remainderUnsigned(fold(source) ^ fold(destination), slots());
    }

    private static int fold(InetAddress address) {
        ByteBuffer words = ByteBuffer.wrap(address.getAddress());
        int fold = 0;
        while (words.hasRemaining()) {
            fold ^= words.getInt();
        }
        return fold;
    }

    /** The MAC that ARP and neighbour discovery name: 00:00:5e:00:01:LEADER, or 01:00:5e:00:01:LEADER for {@link BalancingMode#IP}. */
    public MacAddress mac() {
        return mode == BalancingMode.IP ? VirtualMac.group(leader()) : VirtualMac.of(leader());
    }

    /** Whether frames may come from that MAC. */
    public boolean isSource() {
        return mode == BalancingMode.IP_UNICAST;
    }
}
