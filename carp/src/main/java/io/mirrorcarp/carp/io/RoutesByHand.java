// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.route.KeptRoutes;
import io.mirrorcarp.netio.route.Link;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The administrator's IPv4 routes through carpdevs that have leased addresses only. With the last address of a carpdev the kernel forgets all routes through it; they are there again with the next
 * take. Not thread-safe.
 */
final class RoutesByHand {
    private static final Logger LOG = LoggerFactory.getLogger(RoutesByHand.class);

    private final Map<Integer, KeptRoutes> kept = new HashMap<>();
    private final Map<Integer, KeptRoutes> seen = new HashMap<>();

    /** Notes what there is, while the addresses are held: a lease that lapses takes the routes along without a word. */
    void look(int ifindex) {
        try {
            seen.put(ifindex, KeptRoutes.through(ifindex, CarpdevRoutes.PROTOCOL));
        } catch (ErrnoException e) {
            onFailure("routes through interface " + ifindex + " are not seen", e);
        }
    }

    /** The last address is removed next: what there is now is to be put back. */
    void keep(Link carpdev) {
        look(carpdev.index());
        keepSeen(carpdev);
    }

    /** The last address has gone by itself: what there was is to be put back. */
    void keepSeen(Link carpdev) {
        KeptRoutes last = seen.remove(carpdev.index());
        if (last != null && last.size() > 0) {
            kept.put(carpdev.index(), last);
        }
    }

    /** The addresses are there again. */
    void put(Link carpdev) {
        KeptRoutes through = kept.remove(carpdev.index());
        if (through == null) {
            return;
        }
        try {
            through.put();
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
