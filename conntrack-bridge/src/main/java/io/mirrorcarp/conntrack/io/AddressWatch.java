// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.route.LinkAddress;
import io.mirrorcarp.netio.route.Rtnetlink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads now and then which addresses this node alone has: those of its interfaces, but for a loopback one, whose addresses several nodes may have, and for virtual
 * ones. A virtual address is a lease with a mark, so it has an end and a metric. One from DHCP may look the same, and is passed over as well.
 */
final class AddressWatch implements AutoCloseable {
    private static final int LOOKS_BETWEEN = 5;
    /** The number of lo in each network namespace. */
    private static final int LOOPBACK = 1;

    private static final Logger LOG = LoggerFactory.getLogger("conntrack");

    private final OwnAddresses own;
    private final Rtnetlink rtnetlink;
    private int looks;
    private boolean complained;

    private AddressWatch(OwnAddresses own, Rtnetlink rtnetlink) {
        this.own = own;
        this.rtnetlink = rtnetlink;
    }

    /** Opens it in the network namespace of the calling thread, and reads the addresses. */
    static AddressWatch open(OwnAddresses own) throws ErrnoException {
        AddressWatch watch = new AddressWatch(own, Rtnetlink.open());
        watch.look();
        return watch;
    }

    /** To be called each second; reads them every fifth time. */
    void look() {
        looks++;
        if (looks % LOOKS_BETWEEN != 1) {
            return;
        }
        try {
            own.clear();
            for (LinkAddress address : rtnetlink.addresses()) {
                boolean lease = address.metric() != 0 && !address.isPermanent();
                if (!lease && address.ifindex() != LOOPBACK) {
                    add(new AddressPrefix(address.address(), address.prefixLength()));
                }
            }
            complained = false;
        } catch (ErrnoException e) {
            if (!complained) {
                complained = true;
                LOG.warn("the addresses of this node are not known: {}", e.getMessage());
            }
        }
    }

    private void add(AddressPrefix address) {
        own.add(address.family(), address.high(), address.low());
    }

    @Override
    public void close() {
        rtnetlink.close();
    }
}
