// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** A way to the peers and back, for datagrams that may be lost, repeated and reordered. Used on one event loop. */
public interface SyncChannel {
    /** Begins to call {@code drain} on the context while there is something to read. */
    Future<Void> register(Context context, Runnable drain);

    /** Hands waiting datagrams on, a bounded batch; whether more may be waiting. */
    boolean receive(ChannelReceiver receiver);

    /** Queues a copy of the first {@code length} bytes for every peer. */
    void send(byte[] frame, int length);

    /** Sends what is queued. */
    void flush();

    /** Where the last frame of that peer's session came from, or null. */
    @Nullable
    InetAddress source(int creatorId);

    /** Where the last frame came from that belonged to no session, or null. */
    @Nullable
    InetAddress stranger();

    /** The errno of the last send that was refused, 0 when all of what was sent last was taken. */
    int sendErrno();

    /** Done when nothing is received any more. */
    Future<Void> close();
}
