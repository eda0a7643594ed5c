// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import java.net.InetAddress;

/** A connection with a peer on the sync device that carries nothing. Used on one event loop. */
public interface PeerConnection {
    /** The other side's address. */
    InetAddress peer();

    /** Calls back when the other side has closed it, or its kernel has; at once if that is so already. Not after {@link #close}. */
    void onClosed(Runnable closed);

    /** Ends it. */
    void close();
}
