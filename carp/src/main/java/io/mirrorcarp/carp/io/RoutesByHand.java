// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.route.KeptRoute;
import io.mirrorcarp.netio.route.KeptRoutes;
import io.mirrorcarp.netio.route.Link;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The administrator's routes that need leased addresses: IPv4 routes through a carpdev that has no others, and routes of both families whose preferred source is one. The kernel forgets them, or that
 * source, when the address goes; they are as before with the next take. Not thread-safe.
 */
final class RoutesByHand {
    private static final Logger LOG = LoggerFactory.getLogger(RoutesByHand.class);

    private final Map<Integer, Set<KeptRoute>> seen = new HashMap<>();
    private final Map<Integer, Set<KeptRoute>> kept = new HashMap<>();
    /** Those that wait for the address of another carpdev. */
    private final Set<KeptRoute> waiting = new LinkedHashSet<>();

    /**
     * Notes what there is, while the addresses are held: a lease that lapses takes the routes along without a word.
     *
     * @param addresses those that are leased on the carpdev, or are about to go
     * @param last whether the carpdev has no IPv4 address but leased ones
     */
    void look(int ifindex, Set<InetAddress> addresses, boolean last) {
        try {
            Set<KeptRoute> routes = new LinkedHashSet<>();
            if (last) {
                routes.addAll(KeptRoutes.through(ifindex, CarpdevRoutes.PROTOCOL));
            }
            routes.addAll(KeptRoutes.from(addresses, CarpdevRoutes.PROTOCOL));
            seen.put(ifindex, routes);
        } catch (ErrnoException e) {
            onFailure("routes through interface " + ifindex + " are not seen", e);
        }
    }

    /** The addresses are gone, or are removed next: what was seen last is to be put back. */
    void keepSeen(Link carpdev) {
        Set<KeptRoute> last = seen.remove(carpdev.index());
        if (last != null && !last.isEmpty()) {
            kept.computeIfAbsent(carpdev.index(), none -> new LinkedHashSet<>()).addAll(last);
        }
    }

    /** Addresses are there again. */
    void put(Link carpdev) {
        Set<KeptRoute> due = kept.remove(carpdev.index());
        if (due == null && waiting.isEmpty()) {
            return;
        }
        List<KeptRoute> all = new ArrayList<>(waiting);
        waiting.clear();
        if (due != null) {
            all.addAll(due);
        }
        try {
            waiting.addAll(KeptRoutes.put(all));
        } catch (ErrnoException e) {
            onFailure("routes through " + carpdev.name() + " are not put back", e);
        }
    }

    private static void onFailure(String what, ErrnoException failure) {
        if (failure.errno() != Errno.ENODEV) {
            LOG.warn("{}: {}", what, failure.getMessage());
        }
    }
}
