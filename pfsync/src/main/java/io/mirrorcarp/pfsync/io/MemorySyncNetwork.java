// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import io.mirrorcarp.pfsync.protocol.PfsyncCounter;
import io.mirrorcarp.pfsync.protocol.PfsyncCounters;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One sync network in memory, shared by the nodes of a test: every open channel hears what the others send. */
public final class MemorySyncNetwork implements SyncNetwork {
    private static final int MTU = 1500;
    private static final int BATCH = 64;

    private final List<MemoryChannel> channels = new CopyOnWriteArrayList<>();

    @Override
    public Future<Supplier<Future<Void>>> watch(Context context, String device, Consumer<SyncDevice> listener) {
        listener.accept(new SyncDevice(device, 1, true, MTU));
        return Future.succeededFuture(Future::succeededFuture);
    }

    @Override
    public SyncChannel open(SyncDevice device, List<InetAddress> peers, PfsyncCounters counters) {
        MemoryChannel channel = new MemoryChannel(counters);
        channels.add(channel);
        return channel;
    }

    private final class MemoryChannel implements SyncChannel {
        private final PfsyncCounters counters;
        private final Queue<byte[]> incoming = new ConcurrentLinkedQueue<>();
        private @Nullable Context context;
        private @Nullable Runnable drain;

        MemoryChannel(PfsyncCounters counters) {
            this.counters = counters;
        }

        @Override
        public Future<Void> register(Context newContext, Runnable newDrain) {
            context = newContext;
            drain = newDrain;
            return Future.succeededFuture();
        }

        @Override
        public boolean receive(ChannelReceiver receiver) {
            int received = 0;
            byte[] frame = incoming.poll();
            while (frame != null) {
                counters.increment(PfsyncCounter.PACKETS_RECEIVED);
                receiver.onFrame(frame, frame.length);
                received++;
                frame = received < BATCH ? incoming.poll() : null;
            }
            return received == BATCH;
        }

        @Override
        public void send(byte[] frame, int length) {
            counters.increment(PfsyncCounter.PACKETS_SENT);
            for (MemoryChannel other : channels) {
                if (other != this) {
                    other.deliver(Arrays.copyOf(frame, length));
                }
            }
        }

        private void deliver(byte[] frame) {
            Context receiver = context;
            Runnable read = drain;
            if (receiver != null && read != null) {
                incoming.add(frame);
                receiver.runOnContext(nothing -> {
                    if (!incoming.isEmpty()) {
                        read.run();
                    }
                });
            }
        }

        @Override
        public void flush() {
            // Everything was delivered when it was sent.
        }

        @Override
        public @Nullable InetAddress source(int creatorId) {
            return null;
        }

        @Override
        public Future<Void> close() {
            channels.remove(this);
            incoming.clear();
            return Future.succeededFuture();
        }
    }
}
