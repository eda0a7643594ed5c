// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where the sync device is: the kernel, or memory in tests. */
public interface SyncNetwork {
    /**
     * Watches a device by its name, whether it exists or not, in the network namespace of the calling thread.
     *
     * @param listener called on the context with each change, from the state "absent" on
     * @return how to end it, once everything that exists has been told
     */
    Future<Supplier<Future<Void>>> watch(Context context, String device, Consumer<SyncDevice> listener);

    /**
     * Puts the calling thread, that of replication's loop, ahead of others while it does little.
     *
     * @return how to end it
     */
    default Runnable hasten() {
        return () -> {};
    }

    /**
     * Opens the channel in the network namespace of the calling thread. Fails where none of the targets is reached by the device.
     */
    SyncChannel open(SyncDevice device, SyncTargets targets, CounterSet<PfsyncCounter> counters) throws IOException;

    /**
     * Opens what sees why nobody is heard on the device; null where there is nothing of the kind.
     *
     * @param syncpeers as they are configured; empty for multicast
     */
    default @Nullable LinkProbe probe(SyncDevice device, List<InetAddress> syncpeers) throws IOException {
        return null;
    }

    /** Whether an address is one of the device. */
    default boolean isOwn(SyncDevice device, InetAddress address) {
        return false;
    }

    /** This node's own address towards a peer; fails where the way to the peer is not by the device. */
    Future<InetAddress> localAddress(Context context, String device, InetAddress peer);

    /**
     * Listens at an address of this node for connections that carry nothing.
     *
     * @param accepted called on the context with each
     * @return how to end it
     */
    Future<Supplier<Future<Void>>> listen(Context context, InetAddress own, Consumer<PeerConnection> accepted);

    /** Makes a connection with a peer that listens; done on the context. */
    Future<PeerConnection> connect(Context context, InetAddress peer);
}
