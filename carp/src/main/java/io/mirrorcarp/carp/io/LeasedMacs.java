// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.packet.LinkProbe;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.MacMembership;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The virtual MACs of a plan, whose frames its carpdev takes, and the leases under which they are those of this host ({@link MacChains}). */
final class LeasedMacs {
    /** Of a plan that has none. */
    static final LeasedMacs NONE = new LeasedMacs(List.of());

    private final List<MacMembership> memberships;

    private LeasedMacs(List<MacMembership> memberships) {
        this.memberships = memberships;
    }

    static LeasedMacs open(int ifindex, AddressPlan plan) throws ErrnoException {
        List<MacMembership> memberships = new ArrayList<>();
        try {
            for (MacAddress mac : plan.virtualMacs()) {
                memberships.add(MacMembership.open(ifindex, mac));
            }
        } catch (ErrnoException e) {
            memberships.forEach(MacMembership::close);
            throw e;
        }
        return new LeasedMacs(memberships);
    }

    /** Of no interface, which the kernel refuses: a device that has it would have to be told in vain. */
    static void rehearse(AddressPlan plan) {
        try {
            open(0, plan).close();
        } catch (ErrnoException expected) {
            // The code has run once, which is what this is for.
        }
    }

    boolean isEmpty() {
        return memberships.isEmpty();
    }

    /**
     * Renews each lease that has not lapsed.
     *
     * @param own the carpdev's own MAC
     * @return false where one has lapsed: its frame has left the host
     */
    boolean renew(MacAddress own) {
        boolean all = true;
        for (MacMembership membership : memberships) {
            byte[] frame = LinkProbe.frame(membership.address(), own);
            all &= membership.send(
                            ByteBuffer.allocateDirect(frame.length).put(frame).flip())
                    != 0;
        }
        return all;
    }

    void close() {
        memberships.forEach(MacMembership::close);
    }
}
