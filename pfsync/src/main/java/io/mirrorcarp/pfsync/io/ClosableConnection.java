// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import java.net.InetAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a connection that carries nothing knows: its peer, and whether it is over. */
abstract class ClosableConnection implements PeerConnection {
    private final InetAddress peer;
    private @Nullable Consumer<End> whenEnded;
    private @Nullable End end;

    ClosableConnection(InetAddress peer) {
        this.peer = peer;
    }

    /** Ends it below. */
    abstract void end();

    /** It is over. What is told first counts. */
    final void over(End how) {
        if (end != null) {
            return;
        }
        end = how;
        Consumer<End> told = whenEnded;
        if (told != null) {
            told.accept(how);
        }
    }

    @Override
    public final InetAddress peer() {
        return peer;
    }

    @Override
    public final void onEnd(Consumer<End> ended) {
        whenEnded = ended;
        End already = end;
        if (already != null) {
            ended.accept(already);
        }
    }

    @Override
    public final void close() {
        whenEnded = null;
        end();
    }
}
