// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold.io;

import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.TapDevice;
import io.mirrorcarp.netio.route.IngressRedirect;
import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.Rtnetlink;
import java.nio.ByteBuffer;

/**
 * The way back in for packets that came in by an interface: a TAP device whose frames the kernel redirects to come in by that interface. Such a packet has no connection tracking
 * entry, so the kernel looks for one, and all rules that name the interface see it. It ends with the process.
 */
final class Reentry implements AutoCloseable {
    private static final String NAME = "carphold%d";

    private final Link device;
    private final TapDevice tap;

    private Reentry(Link device, TapDevice tap) {
        this.device = device;
        this.tap = tap;
    }

    /** Makes it in the network namespace of the calling thread. */
    static Reentry open(Rtnetlink rtnetlink, Link device) throws ErrnoException {
        TapDevice tap = TapDevice.open(NAME);
        try {
            Link made = rtnetlink
                    .link(tap.name())
                    .orElseThrow(() -> new ErrnoException("find the interface " + tap.name(), Errno.ENODEV));
            IngressRedirect.make(made, device.mac(), device.index());
            return new Reentry(device, tap);
        } catch (ErrnoException e) {
            tap.close();
            throw e;
        }
    }

    /** Whether it leads to the interface as it is now. */
    boolean leadsTo(Link present) {
        return device.index() == present.index() && device.mac().equals(present.mac());
    }

    /** The interface by which the packets come in. */
    Link device() {
        return device;
    }

    /** See {@link TapDevice#write}. */
    int write(ByteBuffer frame) {
        return tap.write(frame);
    }

    @Override
    public void close() {
        tap.close();
    }
}
