// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.pfsync.message.FlowTuple;
import io.mirrorcarp.pfsync.message.StateRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns when the first translated flow of a family is imported and this namespace would not translate it: the kernel accepts
 * such an entry without a word, and its packets leave untranslated.
 */
final class NatHookWatch {
    private static final int TRANSLATED = StateRecord.STATUS_SOURCE_NAT | StateRecord.STATUS_DESTINATION_NAT;

    private static final Logger LOG = LoggerFactory.getLogger("conntrack");

    private boolean checkedIpv4;
    private boolean checkedIpv6;

    /** A flow is about to be imported. */
    void onImport(StateRecord state) {
        if ((state.status & TRANSLATED) == 0) {
            return;
        }
        if (state.original.family == FlowTuple.FAMILY_IPV4) {
            if (!checkedIpv4) {
                checkedIpv4 = true;
                warnUnless(KernelChecks.hasNatHookIpv4(), "IPv4", "ip");
            }
        } else if (!checkedIpv6) {
            checkedIpv6 = true;
            warnUnless(KernelChecks.hasNatHookIpv6(), "IPv6", "ip6");
        }
    }

    private static void warnUnless(boolean hooked, String family, String table) {
        if (!hooked) {
            LOG.warn("a peer translates {} and this node has {}", family, KernelChecks.noNatHook(table));
        }
    }
}
