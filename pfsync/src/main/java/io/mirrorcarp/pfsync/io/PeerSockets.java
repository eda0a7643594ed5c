// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import io.mirrorcarp.netio.DeadlineTimer;
import io.mirrorcarp.pfsync.session.PeerConnections;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The hands of {@link PeerConnections}: its sockets and its timer. At most one connection with each peer is kept. Used on one event loop. */
public final class PeerSockets implements PeerConnections.Output {
    /** Who hears of them. */
    public interface Listener {
        /** The process of the peer of this name has ended. */
        void died(int creatorId, String node);

        /** A connection was closed that is no peer's in session, or that carried something. */
        void refused();

        /** One line for the log. */
        void log(String line);
    }

    /** Where peers are, by their creator ids. */
    public interface Places {
        /** Where the frames of a peer's session come from, by the path that is best for it; null where that is not known. */
        @Nullable
        InetAddress source(int creatorId);

        /** The sync device of that path. */
        String device(int creatorId);

        /** Whether frames of the peer's session came from this address by any path. */
        boolean isOf(int creatorId, InetAddress address);
    }

    /** A connection that another one has replaced stays for so long: its end shall not come before the peer knows of the other one. */
    private static final long REPLACED_MILLIS = 1_000;

    private final Context context;
    private final SyncNetwork network;
    private final Places places;
    private final Runnable drain;
    private final Listener listener;
    private final PeerConnections machine;
    private final DeadlineTimer timer;
    private final Map<Integer, PeerConnection> open = new HashMap<>();
    /** By address and scope: a link-local address on a device that was made anew is another one. */
    private final Map<String, Supplier<Future<Void>>> listening = new HashMap<>();

    private boolean closed;

    /**
     * @param creatorId this node's own
     * @param drain reads what has arrived on the channel: a goodbye may be waiting there when the connection is closed
     */
    public PeerSockets(
            Context context, int creatorId, SyncNetwork network, Places places, Runnable drain, Listener listener) {
        this.context = context;
        this.network = network;
        this.places = places;
        this.drain = drain;
        this.listener = listener;
        machine = new PeerConnections(creatorId, this);
        timer = new DeadlineTimer(context, () -> input(() -> machine.onDeadline(System.nanoTime())));
    }

    /** A session with a peer has begun, or the peer is heard again. */
    public void onPeer(int creatorId, String node) {
        input(() -> machine.onPeer(creatorId, node, System.nanoTime()));
    }

    /** Why there is no connection with the peer; null where there is one, or may be one soon. */
    public @Nullable String missing(int creatorId) {
        return machine.missing(creatorId, System.nanoTime());
    }

    /** The peer said goodbye, or is lost. */
    public void onPeerGone(int creatorId) {
        input(() -> machine.onPeerGone(creatorId));
    }

    /** Frames may go by other paths than before: a connection by the path that failed would not tell of a death. To be called now and then too, since what is made meanwhile may go astray. */
    public void onMoved() {
        for (int creatorId : machine.peers()) {
            PeerConnection connection = open.get(creatorId);
            if (connection == null || !connection.peer().equals(places.source(creatorId))) {
                input(() -> machine.onMoved(creatorId, System.nanoTime()));
            }
        }
    }

    private void input(Runnable what) {
        if (!closed) {
            what.run();
            timer.arm(machine.nextDeadlineNanos());
        }
    }

    @Override
    public void listen(int creatorId) {
        InetAddress peer = places.source(creatorId);
        if (peer == null) {
            failed(creatorId, "its address is not known");
            return;
        }
        network.localAddress(context, places.device(creatorId), peer)
                .compose(own -> listening.containsKey(own.getHostAddress())
                        ? Future.succeededFuture()
                        : network.listen(context, own, this::accept)
                                .onSuccess(end -> listening.put(own.getHostAddress(), end)))
                .onFailure(e -> failed(creatorId, "listen: " + e.getMessage()));
    }

    private void accept(PeerConnection connection) {
        for (int creatorId : machine.peers()) {
            if (!closed && machine.expects(creatorId) && places.isOf(creatorId, connection.peer())) {
                keep(creatorId, connection);
                return;
            }
        }
        listener.refused();
        connection.close();
    }

    @Override
    public void connect(int creatorId) {
        InetAddress peer = places.source(creatorId);
        if (peer == null) {
            failed(creatorId, "its address is not known");
            return;
        }
        network.connect(context, peer)
                .onSuccess(connection -> keep(creatorId, connection))
                .onFailure(e -> failed(creatorId, String.valueOf(e.getMessage())));
    }

    private void failed(int creatorId, String why) {
        context.runOnContext(nothing -> input(() -> {
            // The one before may still be there, by another path.
            if (!open.containsKey(creatorId)) {
                machine.onFailed(creatorId, why, System.nanoTime());
            }
        }));
    }

    private void keep(int creatorId, PeerConnection connection) {
        if (closed || !machine.onOpen(creatorId, System.nanoTime())) {
            connection.close();
            return;
        }
        PeerConnection before = open.put(creatorId, connection);
        if (before != null && machine.expects(creatorId) && before.peer().equals(connection.peer())) {
            before.close();
        } else if (before != null) {
            context.owner().setTimer(REPLACED_MILLIS, id -> before.close());
        }
        connection.onEnd(end -> {
            if (open.remove(creatorId, connection)) {
                ended(creatorId, end);
            }
        });
    }

    private void ended(int creatorId, PeerConnection.End end) {
        switch (end) {
            case DATA -> {
                listener.refused();
                input(() -> machine.onFailed(creatorId, "something came by it", System.nanoTime()));
            }
            case UNANSWERED -> input(() -> machine.onFailed(creatorId, PeerConnections.UNANSWERED, System.nanoTime()));
            case CLOSED -> {
                drain.run();
                input(() -> machine.onClosed(creatorId, System.nanoTime()));
            }
        }
    }

    @Override
    public void disconnect(int creatorId) {
        PeerConnection connection = open.remove(creatorId);
        if (connection != null) {
            connection.close();
        }
    }

    @Override
    public void died(int creatorId, String node) {
        listener.died(creatorId, node);
    }

    @Override
    public void log(String line) {
        listener.log(line);
    }

    /** Ends everything. */
    public Future<Void> close() {
        closed = true;
        timer.cancel();
        open.values().forEach(PeerConnection::close);
        open.clear();
        Future<Void> ended = Future.succeededFuture();
        for (Supplier<Future<Void>> end : listening.values()) {
            ended = ended.eventually(end);
        }
        listening.clear();
        return ended;
    }
}
