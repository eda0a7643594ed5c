// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What a connection that carries nothing knows: its peer, and whether it is over. */
abstract class ClosableConnection implements PeerConnection {
    private final InetAddress peer;
    private @Nullable Runnable whenClosed;
    private boolean isClosed;

    ClosableConnection(InetAddress peer) {
        this.peer = peer;
    }

    /** Ends it below. */
    abstract void end();

    /** It is over, by whichever side. */
    final void over() {
        isClosed = true;
        Runnable told = whenClosed;
        if (told != null) {
            told.run();
        }
    }

    @Override
    public final InetAddress peer() {
        return peer;
    }

    @Override
    public final void onClosed(Runnable closed) {
        whenClosed = closed;
        if (isClosed) {
            closed.run();
        }
    }

    @Override
    public final void close() {
        whenClosed = null;
        end();
    }
}
