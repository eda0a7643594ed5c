// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.firewall;

import io.mirrorcarp.filter.FilterPlan;
import io.mirrorcarp.filter.NftablesText;

/** The nftables rulesets of the lab's routers. */
public final class PacketFilter {
    /**
     * The README's: drop by default, invalid dropped before all but SSH, only the LAN opens connections, and these leave with the
     * virtual address. A packet of a connection that the router does not know gets nowhere, so only replicated state
     * carries a connection over.
     */
    public static final String STRICT = NftablesText.table(FilterPlan.README);

    private PacketFilter() {}
}
