// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.function.IntPredicate;

/**
 * net.inet.carp.arpbalance as DragonFly's and FreeBSD 9's carp(4) have it: several vhids of one device share an address,
 * and the asker's own address says whose MAC it gets. While that vhid has no master, the asker gets no answer.
 */
public final class ArpBalance {
    private ArpBalance() {}

    /**
     * The vhid with whose virtual MAC this node answers, or none: it stays silent then.
     *
     * @param sender the asker's address, taken as an unsigned number
     * @param vhids those that run on the device and have the address
     * @param isMaster whether this node is the master of a vhid
     */
    public static OptionalInt answer(Inet4Address sender, SortedSet<Integer> vhids, IntPredicate isMaster) {
        if (vhids.isEmpty()) {
            return OptionalInt.empty();
        }
        int number = ByteBuffer.wrap(sender.getAddress()).getInt();
        int index = Integer.remainderUnsigned(number, vhids.size());
        return vhids.stream()
                .mapToInt(Integer::intValue)
                .skip(index)
                .limit(1)
                .filter(isMaster)
                .findFirst();
    }
}
