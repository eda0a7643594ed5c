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
    /** By the interface, how many frames its filters had dropped when they were counted last. */
    private final Map<Integer, Integer> counted = new HashMap<>();

    private long uncounted;
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
                count();
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
        if (placed.containsKey(new Key(carpdev.index(), balancing.leader()))) {
            count();
            placed.remove(new Key(carpdev.index(), balancing.leader()));
            filters().remove(carpdev.index(), balancing.leader());
        }
    }

    /**
     * How many frames were dropped since the last call, at the ingress of carpdevs where this has a filter. The kernel counts those of other filters there with
     * them. Costs nothing where no address is balanced.
     */
    long takeDropped() throws ErrnoException {
        if (!placed.isEmpty()) {
            count();
        }
        long dropped = uncounted;
        uncounted = 0;
        return dropped;
    }

    private void count() throws ErrnoException {
        filters().drops().forEach((ifindex, drops) -> {
            Integer before = counted.put(ifindex, drops);
            if (before != null && placed.keySet().stream().anyMatch(key -> key.ifindex() == ifindex)) {
                uncounted += Integer.toUnsignedLong(drops - before);
            }
        });
    }

    void close() {
        if (filters != null) {
            filters.close();
            filters = null;
        }
        placed.clear();
    }
}
