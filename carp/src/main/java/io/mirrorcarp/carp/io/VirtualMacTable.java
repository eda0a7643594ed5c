// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.nftables.OwnedTable;
import io.mirrorcarp.netio.nftables.TableFamily;
import io.mirrorcarp.netio.route.Link;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The virtual MACs of this node, by a table of nf_tables that the process owns: it ends with the process. {@link MacChains} has the rules for one carpdev, and this the
 * elements that they look up. To take or give up addresses is to add or remove elements, in one message.
 */
final class VirtualMacTable {
    /** Longer than the name of any interface. */
    private static final String REHEARSAL = "rehearsal-of-carpd";

    private final String comment;
    private final Map<String, MacChains> chains = new HashMap<>();
    private final Map<String, MacElements> elements = new HashMap<>();
    private MacChains rehearsal = new MacChains(REHEARSAL);
    private @Nullable OwnedTable table;

    /** @param comment for the administrator who lists the table */
    VirtualMacTable(String comment) {
        this.comment = comment;
    }

    /** The chains of a carpdev are to be made anew, since the interface may be another one. */
    void forget(String carpdev) {
        MacChains known = chains.get(carpdev);
        if (known != null) {
            known.forget();
        }
    }

    /**
     * Makes the chains of a carpdev, unless they are there.
     *
     * @param lower the device under a carpdev that is a macvlan; null for others
     * @throws IOException with a sentence that tells what is missing
     */
    void open(Link carpdev, @Nullable Link lower) throws IOException {
        MacChains known = chains.computeIfAbsent(carpdev.name(), MacChains::new);
        if (known.isOn(carpdev)) {
            return;
        }
        try {
            known.make(table(), carpdev, lower);
        } catch (ErrnoException e) {
            throw new IOException(
                    "the virtual MAC on " + carpdev.name()
                            + " needs nf_tables with the egress hook of the netdev family"
                            + " (Linux 5.16 or later, CONFIG_NETFILTER_EGRESS) and CAP_NET_ADMIN; without them set"
                            + " mac = \"interface\" (" + e.getMessage() + ")",
                    e);
        }
    }

    /** Changes what the chains of a carpdev look up. */
    void set(String carpdev, MacElements wanted) throws ErrnoException {
        MacElements present = elements.getOrDefault(carpdev, MacElements.NONE);
        MacChains of = chains.get(carpdev);
        if (of == null || wanted.equals(present)) {
            return;
        }
        OwnedTable open = table();
        of.change(open, present, wanted);
        open.commit("set the virtual MACs on " + carpdev);
        elements.put(carpdev, wanted);
    }

    /** A lease on a carpdev has lapsed: the next {@link #set} puts the MACs there anew. */
    void lapse(String carpdev) {
        MacElements present = elements.get(carpdev);
        if (present != null) {
            elements.put(carpdev, present.withoutMacs());
        }
    }

    /** Does what {@link #set} does with sets of its own, which nothing looks up, and undoes it. */
    void rehearse(MacElements wanted) throws ErrnoException {
        OwnedTable open = table();
        rehearsal.makeSets(open);
        rehearsal.change(open, MacElements.NONE, wanted);
        open.commit("rehearse virtual MACs");
        rehearsal.change(open, wanted, MacElements.NONE);
        open.commit("end the rehearsal of virtual MACs");
    }

    private OwnedTable table() throws ErrnoException {
        if (table == null) {
            table = OwnedTable.open(TableFamily.NETDEV, comment);
        }
        return table;
    }

    /** Removes all of it. */
    void close() {
        if (table != null) {
            table.close();
            table = null;
        }
        rehearsal = new MacChains(REHEARSAL);
        chains.clear();
        elements.clear();
    }
}
