// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One sync network in memory, shared by the nodes of a test: every open channel hears what the others send. A node is known by the context on which its
 * channel is registered, and its connections are closed with its channel.
 */
public final class MemorySyncNetwork implements SyncNetwork {
    private static final int MTU = 1500;
    private static final int BATCH = 64;

    private final List<MemoryChannel> channels = new CopyOnWriteArrayList<>();
    private final Map<InetAddress, Listener> listeners = new ConcurrentHashMap<>();
    private final AtomicInteger hosts = new AtomicInteger();

    private static final class Datagram {
        final InetAddress source;
        final byte[] frame;

        Datagram(InetAddress source, byte[] frame) {
            this.source = source;
            this.frame = frame;
        }
    }

    private record Listener(Context context, Consumer<PeerConnection> accepted) {}

    @Override
    public Future<Supplier<Future<Void>>> watch(Context context, String device, Consumer<SyncDevice> listener) {
        listener.accept(new SyncDevice(device, 1, true, true, MTU));
        return Future.succeededFuture(Future::succeededFuture);
    }

    @Override
    public SyncChannel open(SyncDevice device, SyncTargets targets, CounterSet<PfsyncCounter> counters) {
        MemoryChannel channel = new MemoryChannel(counters, address(hosts.incrementAndGet()));
        channels.add(channel);
        return channel;
    }

    private static InetAddress address(int host) {
        try {
            return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) host});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many connections there are. */
    public long connections() {
        return channels.stream()
                        .mapToLong(channel -> channel.connections.size())
                        .sum()
                / 2;
    }

    /** Both sides of every connection see it end, as by the other one. */
    public void breakConnections(PeerConnection.End how) {
        for (MemoryChannel channel : channels) {
            List<MemoryConnection> broken = List.copyOf(channel.connections);
            channel.connections.removeAll(broken);
            broken.forEach(connection -> connection.context.runOnContext(nothing -> connection.over(how)));
        }
    }

    private Future<MemoryChannel> channelOf(Context context) {
        return channels.stream()
                .filter(channel -> channel.context == context)
                .findFirst()
                .map(Future::succeededFuture)
                .orElseGet(() -> Future.failedFuture("no channel"));
    }

    @Override
    public Future<InetAddress> localAddress(Context context, String device, InetAddress peer) {
        return channelOf(context).map(channel -> channel.own);
    }

    @Override
    public Future<Supplier<Future<Void>>> listen(Context context, InetAddress own, Consumer<PeerConnection> accepted) {
        listeners.put(own, new Listener(context, accepted));
        return Future.succeededFuture(() -> {
            listeners.remove(own);
            return Future.succeededFuture();
        });
    }

    @Override
    public Future<PeerConnection> connect(Context context, InetAddress peer) {
        return channelOf(context).compose(channel -> {
            Listener listener = listeners.get(peer);
            if (listener == null) {
                return Future.failedFuture("refused");
            }
            MemoryConnection here = new MemoryConnection(context, peer);
            MemoryConnection there = new MemoryConnection(listener.context(), channel.own);
            here.other = there;
            there.other = here;
            channel.connections.add(here);
            channels.stream().filter(other -> other.own.equals(peer)).forEach(other -> other.connections.add(there));
            listener.context().runOnContext(nothing -> listener.accepted().accept(there));
            return Future.succeededFuture(here);
        });
    }

    private static final class MemoryConnection extends ClosableConnection {
        private final Context context;
        private @Nullable MemoryConnection other;

        MemoryConnection(Context context, InetAddress peer) {
            super(peer);
            this.context = context;
        }

        @Override
        void end() {
            MemoryConnection peers = other;
            if (peers != null) {
                peers.context.runOnContext(nothing -> peers.over(End.CLOSED));
            }
        }
    }

    private final class MemoryChannel implements SyncChannel {
        private final CounterSet<PfsyncCounter> counters;
        private final InetAddress own;
        private final Map<Integer, InetAddress> sources = new ConcurrentHashMap<>();
        private final List<MemoryConnection> connections = new CopyOnWriteArrayList<>();
        private final Queue<Datagram> incoming = new ConcurrentLinkedQueue<>();
        private @Nullable Context context;
        private @Nullable Runnable drain;

        MemoryChannel(CounterSet<PfsyncCounter> counters, InetAddress own) {
            this.counters = counters;
            this.own = own;
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
            Datagram datagram = incoming.poll();
            while (datagram != null) {
                counters.increment(PfsyncCounter.PACKETS_RECEIVED);
                int creatorId = receiver.onFrame(datagram.frame, datagram.frame.length);
                if (creatorId != 0) {
                    sources.put(creatorId, datagram.source);
                }
                received++;
                datagram = received < BATCH ? incoming.poll() : null;
            }
            return received == BATCH;
        }

        @Override
        public void send(byte[] frame, int length) {
            counters.increment(PfsyncCounter.PACKETS_SENT);
            for (MemoryChannel other : channels) {
                if (other != this) {
                    other.deliver(new Datagram(own, Arrays.copyOf(frame, length)));
                }
            }
        }

        private void deliver(Datagram datagram) {
            Context receiver = context;
            Runnable read = drain;
            if (receiver != null && read != null) {
                incoming.add(datagram);
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
            return sources.get(creatorId);
        }

        @Override
        public @Nullable InetAddress stranger() {
            return null;
        }

        @Override
        public int sendErrno() {
            return 0;
        }

        @Override
        public Future<Void> close() {
            connections.forEach(MemoryConnection::close);
            channels.remove(this);
            incoming.clear();
            return Future.succeededFuture();
        }
    }
}
