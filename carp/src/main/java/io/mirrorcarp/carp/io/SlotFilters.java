// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.carp.packet.IpBalancing;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.route.IngressFilters;
import io.mirrorcarp.netio.route.Link;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which packets this node keeps of those to balanced MACs: a filter on the ingress of each carpdev for each leader. What a filter drops reaches neither netfilter nor the kernel's
 * IP.
 *
 * <p>Filters outlive the process. One that is left drops frames to a MAC that nobody has on this host any more; a start removes it.
 */
final class SlotFilters {
    /** The priorities from here on: behind few others, since one that accepts ends the search. */
    private static final int FIRST_PRIORITY = 100;

    private static final int PRIORITIES = 100;

    /** A filter. */
    private record Key(int ifindex, int leader) {}

    /** What it keeps. */
    private record Placed(IpBalancing balancing, int kept) {}

    private final int priority;
    private final Map<Key, Placed> placed = new HashMap<>();
    private @Nullable IngressFilters filters;

    /** @param mark see {@link LeaseMark} */
    SlotFilters(int mark) {
        priority = FIRST_PRIORITY + Math.floorMod(mark, PRIORITIES);
    }

    private IngressFilters filters() throws ErrnoException {
        if (filters == null) {
            filters = IngressFilters.open(priority);
        }
        return filters;
    }

    /** Removes what an earlier process of this daemon left on a carpdev, unless this one has something there. */
    void clean(Link carpdev) throws ErrnoException {
        if (placed.keySet().stream().noneMatch(key -> key.ifindex() == carpdev.index())) {
            filters().remove(carpdev.index(), 0);
        }
    }

    /**
     * Keeps these slots of a balanced MAC from now on, and drops the others. Each frame meets the rule of before or this one.
     *
     * @param kept bit by bit
     * @throws IOException with a sentence that tells what is missing
     */
    void keep(Link carpdev, IpBalancing balancing, int kept) throws IOException {
        Key key = new Key(carpdev.index(), balancing.leader());
        Placed wanted = new Placed(balancing, kept);
        Placed present = placed.get(key);
        if (wanted.equals(present)) {
            return;
        }
        try {
            if (present == null) {
                filters().prepare(carpdev.index());
            }
            filters().put(carpdev.index(), balancing.leader(), SlotProgram.of(balancing, kept));
        } catch (ErrnoException e) {
            throw new IOException(
                    "balancing on " + carpdev.name()
                            + " needs traffic control with the classifier bpf (CONFIG_NET_CLS_BPF,"
                            + " CONFIG_NET_SCH_INGRESS), no other kind of filter with priority " + priority
                            + " there, and CAP_NET_ADMIN (" + e.getMessage() + ")",
                    e);
        }
        placed.put(key, wanted);
    }

    /** Keeps and drops nothing more of a balanced MAC. */
    void end(Link carpdev, IpBalancing balancing) throws ErrnoException {
        if (placed.remove(new Key(carpdev.index(), balancing.leader())) != null) {
            filters().remove(carpdev.index(), balancing.leader());
        }
    }

    void close() {
        if (filters != null) {
            filters.close();
            filters = null;
        }
        placed.clear();
    }
}
