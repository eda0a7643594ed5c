// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Sees what becomes of packets of protocol 240 before and behind the channel. There while no peer is in session. Used on one event loop. */
public interface LinkProbe {
    /**
     * What was seen since the last look.
     *
     * @param frames packets of others that reached the device, whether the packet filter let them in or not
     * @param source of the last of them
     * @param destination of the last of them
     * @param refusal errno of the last refusal by a network or a host of what this node sent; 0 for none
     */
    record Look(
            int frames,
            @Nullable InetAddress source,
            @Nullable InetAddress destination,
            int refusal) {
        public static final Look NOTHING = new Look(0, null, null, 0);
    }

    Look look();

    void close();
}
