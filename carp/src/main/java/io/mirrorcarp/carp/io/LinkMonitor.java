// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.vertx.core.Future;
import java.net.InetAddress;

/** Tells the status of carpdevs, and each change of it; and what happens to the addresses of the node. */
public interface LinkMonitor {

    /** Who is told, on the context. */
    interface Listener {
        /** An interface of those watched is as it is now. */
        void onStatus(CarpdevStatus status);

        /** An address left an interface, whichever and whoever took it away. */
        default void onAddressGone(InetAddress address) {}

        /** An interface went down or away, whichever. */
        default void onInterfaceDown(int ifindex) {}
    }

    /** Ends it; done when nothing will be told any more. */
    Future<Void> close();
}
