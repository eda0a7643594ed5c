// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import java.net.InetAddress;
import java.util.function.Consumer;

/** A connection with a peer on the sync device that carries nothing. Used on one event loop. */
public interface PeerConnection {
    /** How it ended. */
    enum End {
        /** The other side closed it, or its kernel did. */
        CLOSED,
        /** The other side's kernel answered nothing for a while: the path drops it, or the other host is gone. */
        UNANSWERED,
        /** Something came, which no peer sends: it was closed here. */
        DATA
    }

    /** The other side's address. */
    InetAddress peer();

    /** Calls back once when it has ended; at once if it has already. Not after {@link #close}. */
    void onEnd(Consumer<End> ended);

    /** Ends it. */
    void close();
}
