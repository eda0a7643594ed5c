// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.route;

import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.route.AddressLease;
import io.mirrorcarp.netio.route.Leases;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Leased addresses of {@code lo}, in the network namespace of the thread that uses it, which must always be the same. */
final class LoopbackLeases {
    /** The kernel gives {@code lo} this number in every network namespace (LOOPBACK_IFINDEX, include/net/net_namespace.h). */
    private static final int LOOPBACK = 1;

    /** FRR announces a mark as the metric of the route. */
    private static final int NO_MARK = 0;

    private @Nullable Leases leases;

    /** False where the address is there already, and so belongs to somebody else. */
    boolean add(InetAddress address) throws ErrnoException {
        return open().add(List.of(lease(address))) == 1;
    }

    /** Renews an address that was added; puts it back where somebody took it away. */
    void renew(InetAddress address) throws ErrnoException {
        if (!open().renew(List.of(lease(address))).isEmpty()) {
            open().add(List.of(lease(address)));
        }
    }

    void remove(InetAddress address) throws ErrnoException {
        open().remove(List.of(lease(address)));
    }

    private Leases open() throws ErrnoException {
        Leases open = leases;
        if (open == null) {
            open = Leases.open();
            leases = open;
        }
        return open;
    }

    private static AddressLease lease(InetAddress address) {
        return new AddressLease(LOOPBACK, address, NO_MARK);
    }
}
