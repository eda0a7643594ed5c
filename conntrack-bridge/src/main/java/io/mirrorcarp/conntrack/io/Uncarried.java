// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.entry.Attachment;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import java.util.BitSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flows of which a copy would be worse than none. The helpers named here keep what they know within the kernel: PPTP the call ids by which GRE finds its flow, H.323 the ports
 * that a call has announced. And the kernel ends a GRE flow that it did not make itself with the first packet: it gives such a flow no timeouts (gre_packet in
 * net/netfilter/nf_conntrack_proto_gre.c).
 */
final class Uncarried {
    private static final String[] HELPERS = {"pptp", "Q.931", "RAS", "H.245"};

    private static final Logger LOG = LoggerFactory.getLogger("conntrack");

    private final BitSet told = new BitSet();

    /** Whether the flow is one; the first of each sort is logged. */
    boolean notices(ConntrackEntry entry) {
        if (entry.original.protocol == IpProtocol.GRE) {
            tell(HELPERS.length, "GRE");
            return true;
        }
        Attachment attachment = entry.attachment;
        int helper = attachment.length == 0 ? -1 : attachment.find(Attachment.HELPER);
        for (int i = 0; i < HELPERS.length && helper >= 0; i++) {
            if (attachment.is(helper, HELPERS[i])) {
                tell(i, "the helper " + HELPERS[i]);
                return true;
            }
        }
        return false;
    }

    private void tell(int sort, String what) {
        if (!told.get(sort)) {
            told.set(sort);
            LOG.warn(
                    "conntrack: flows of {} are not replicated, since no other node could carry them on: they end with a failover. They are counted as uncarried",
                    what);
        }
    }
}
