// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.netio.DeadlineTimer;
import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.equality.PeerComparison;
import io.mirrorcarp.pfsync.io.LinuxSyncNetwork;
import io.mirrorcarp.pfsync.io.PeerSockets;
import io.mirrorcarp.pfsync.io.SyncChannel;
import io.mirrorcarp.pfsync.io.SyncDevice;
import io.mirrorcarp.pfsync.io.SyncNetwork;
import io.mirrorcarp.pfsync.message.Announcement;
import io.mirrorcarp.pfsync.message.FlowEnd;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.pfsync.protocol.PfsyncListener;
import io.mirrorcarp.pfsync.protocol.Replication;
import io.mirrorcarp.pfsync.protocol.ReplicationStatus;
import io.mirrorcarp.pfsync.protocol.Verdict;
import io.mirrorcarp.pfsync.session.Dialogue;
import io.mirrorcarp.pfsync.session.PeerBacklog;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.mirrorcarp.pfsync.session.ReplicationSettings;
import io.mirrorcarp.pfsync.session.SyncLink;
import io.mirrorcarp.pfsync.session.SyncPaths;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The hands of replication: moves datagrams and table events into the machine, carries out what it wants, and arms its timer. Deploy it on
 * an event loop of its own. The methods for others may be called from any thread once it is deployed.
 */
public final class PfsyncVerticle extends VerticleBase implements SyncLink, StateEvents {
    /** So many batches in one go, so that events and timers of the loop get their turn. */
    private static final int BATCHES_PER_TURN = 4;
    /** What can be waiting in the socket's buffer when a takeover wants it all imported. */
    private static final int BATCHES_TO_DRAIN = 1024;

    /** What a device that is not there yet is taken to pass: as much as every link of IPv6 does. */
    private static final int ABSENT_MTU = 1280;

    /** Where the connections with peers go is looked at again so often: a first frame may come by any path, and each side has its own notion of the best one. */
    private static final long MOVE_MILLIS = 1_000;

    private static final long NO_TIMER = -1;

    /** How long a stop waits for the peers to acknowledge. */
    private static final long FAREWELL_NANOS = 200_000_000;

    private static final long FAREWELL_POLL_MILLIS = 5;

    /** How long a verification may take. */
    private static final long VERIFY_SECONDS = 8;

    private static final long VERIFY_POLL_MILLIS = 20;

    private static final long ROOM_POLL_MILLIS = 2;

    private static final int IPV4_HEADER_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;

    private final PfsyncOptions options;
    private final ReplicatedTable table;
    private final PfsyncListener listener;
    private final SyncNetwork network;
    private @Nullable DeadlineTimer timer;
    private @Nullable Replication machine;
    private @Nullable PeerSockets peerSockets;
    /** In the order of the configuration; an array, since iterating a list allocates. */
    private SyncPath[] paths = {};

    private int frameBytes;
    private long moveTimer = NO_TIMER;
    private boolean master;
    private Runnable relent = () -> {};

    /** @param table opened; the verticle starts and closes it */
    public PfsyncVerticle(PfsyncOptions options, ReplicatedTable table, PfsyncListener listener) {
        this(options, table, listener, new LinuxSyncNetwork());
    }

    /** Like the other, on another network. */
    public PfsyncVerticle(PfsyncOptions options, ReplicatedTable table, PfsyncListener listener, SyncNetwork network) {
        this.network = network;
        this.options = options;
        this.table = table;
        this.listener = listener;
    }

    @Override
    public void init(Vertx vertx, Context context) {
        super.init(vertx, context);
        context.exceptionHandler(listener::onFailure);
    }

    @Override
    public Future<?> start() {
        relent = network.hasten();
        timer = new DeadlineTimer(context, () -> input(now -> machine().onDeadline(now)));
        PathOwner owner = new PathOwner();
        paths = new SyncPath[options.syncdevs().size()];
        for (int i = 0; i < paths.length; i++) {
            paths[i] = new SyncPath(i, options.syncdevs().get(i), context, network, options.targets(), owner);
        }
        return each(SyncPath::watch)
                .compose(watched -> startMachine())
                .recover(failure -> closeAll().transform(closed -> Future.failedFuture(failure)));
    }

    private Future<Void> each(Function<SyncPath, Future<Void>> what) {
        return Future.join(Arrays.stream(paths).map(what).toList()).mapEmpty();
    }

    private Future<Void> startMachine() {
        for (SyncPath path : paths) {
            SyncDevice device = path.device();
            if (device.isPresent() && frameBytes(device.mtu()) < ReplicationSettings.MIN_FRAME_BYTES) {
                return Future.failedFuture("syncdev " + device.name() + " has an MTU of " + device.mtu()
                        + ", fewer than " + (ReplicationSettings.MIN_FRAME_BYTES + headerBytes()));
            }
        }
        frameBytes = frameBytes();
        machine = new Replication(
                ReplicationSettings.of(
                        options.creatorId(),
                        options.node(),
                        options.syncdevs(),
                        frameBytes,
                        options.maxUpdates(),
                        options.bulkTimeout(),
                        options.before()),
                options.keyring(),
                table,
                this,
                listener,
                new SecureRandom());
        machine.onMaster(master);
        machine.holdBackYoung(options.minAge().toNanos(), options.importMinAge().toNanos());
        peerSockets = new PeerSockets(
                context,
                options.creatorId(),
                network,
                new Places(),
                () -> input(now -> receive(BATCHES_PER_TURN, now)),
                new ConnectionListener(machine.counters()));
        if (paths.length > 1) {
            moveTimer = vertx.setPeriodic(MOVE_MILLIS, id -> onPathsChanged());
        }
        return each(SyncPath::begin)
                .compose(opened -> table.start(context, this))
                .onSuccess(started -> input(now -> {
                    machine().start(now);
                    for (SyncPath path : paths) {
                        machine().onPath(path.index(), path.isUp(), path.why(), false, now);
                    }
                }));
    }

    private int headerBytes() {
        boolean ipv6 = options.syncpeers().stream().anyMatch(peer -> peer.getAddress().length == 16);
        return (ipv6 ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES)
                + options.transport().headerBytes();
    }

    /** A frame may have to go by any path, and is sealed once: the shortest counts. */
    private int frameBytes() {
        int mtu = Arrays.stream(paths)
                .map(SyncPath::device)
                .filter(SyncDevice::isPresent)
                .mapToInt(SyncDevice::mtu)
                .min()
                .orElse(ABSENT_MTU);
        return frameBytes(mtu);
    }

    private int frameBytes(int mtu) {
        return Math.min(mtu, Replication.MAX_RECEIVED_BYTES) - headerBytes();
    }

    private final class PathOwner implements SyncPath.Owner {
        @Override
        public @Nullable CounterSet<PfsyncCounter> counters() {
            return machine == null ? null : machine.counters();
        }

        @Override
        public void onPath(SyncPath path, boolean lostCarrier) {
            int bytes = Math.max(ReplicationSettings.MIN_FRAME_BYTES, frameBytes());
            if (path.device().isPresent() && bytes != frameBytes) {
                frameBytes = bytes;
                input(now -> machine().onFrameBytes(bytes, now));
            }
            input(now -> machine().onPath(path.index(), path.isUp(), path.why(), lostCarrier, now));
        }

        @Override
        public void onReadable() {
            input(now -> receive(BATCHES_PER_TURN, now));
        }

        @Override
        public void onEvent(String line) {
            listener.onEvent(line);
        }
    }

    @Override
    public Future<?> stop() {
        if (machine == null) {
            return closeAll();
        }
        input(now -> machine().onBurstEnd(now));
        Promise<Void> stopped = Promise.promise();
        farewell(System.nanoTime() + FAREWELL_NANOS, stopped);
        return stopped.future();
    }

    /** Says goodbye when the peers have what was sent, or after a while without that. */
    private void farewell(long latestNanos, Promise<Void> stopped) {
        if (machine != null && !machine.isCaughtUp() && System.nanoTime() < latestNanos) {
            vertx.setTimer(FAREWELL_POLL_MILLIS, id -> farewell(latestNanos, stopped));
            return;
        }
        input(now -> machine().stop(now));
        closeAll().onComplete(stopped);
    }

    private Future<Void> closeAll() {
        relent.run();
        vertx.cancelTimer(moveTimer);
        if (timer != null) {
            timer.cancel();
        }
        table.close();
        machine = null;
        PeerSockets sockets = peerSockets;
        peerSockets = null;
        return (sockets == null ? Future.<Void>succeededFuture() : sockets.close())
                .eventually(() -> each(SyncPath::close));
    }

    // Inputs.

    private Replication machine() {
        Replication present = machine;
        if (present == null) {
            throw new IllegalStateException("replication is not running");
        }
        return present;
    }

    private void input(LongConsumer what) {
        if (machine == null) {
            return;
        }
        what.accept(System.nanoTime());
        for (SyncPath path : paths) {
            SyncChannel open = path.channel();
            if (open != null) {
                open.flush();
            }
        }
        if (machine != null && timer != null) {
            timer.arm(machine.nextDeadlineNanos());
        }
    }

    private void receive(int batches, long nowNanos) {
        for (SyncPath path : paths) {
            SyncChannel open = path.channel();
            boolean more = true;
            for (int i = 0; i < batches && more && open != null; i++) {
                more = open.receive((buffer, length) -> machine().onFrame(path.index(), buffer, 0, length, nowNanos));
            }
        }
        machine().onReceiveEnd(nowNanos);
    }

    @Override
    public void onInsert(StateRecord state) {
        machine().onInsert(state, System.nanoTime());
    }

    @Override
    public void onUpdate(StateRecord state) {
        machine().onUpdate(state, System.nanoTime());
    }

    @Override
    public void onDelete(StateRecord state, FlowEnd end) {
        machine().onDelete(state, end, System.nanoTime());
    }

    @Override
    public void onFlushed() {
        machine().onFlushed(System.nanoTime());
    }

    @Override
    public void onBurstEnd() {
        input(now -> machine().onBurstEnd(now));
    }

    @Override
    public void onOverrun() {
        input(now -> machine().onOverrun(now));
    }

    @Override
    public void onHalfOpenTold(boolean told) {
        input(now -> machine().onHalfOpenTold(told, now));
    }

    @Override
    public void onNotice(String message) {
        listener.onEvent(message);
    }

    @Override
    public void onDumpEntry(StateRecord state) {
        machine().onDumpEntry(state, System.nanoTime());
    }

    @Override
    public void onDumpBatchEnd(boolean last) {
        input(now -> machine().onDumpBatchEnd(last, now));
    }

    // What the machine wants.

    @Override
    public void send(int path, byte[] frame, int length) {
        SyncChannel open = paths[path].channel();
        if (open != null) {
            open.send(frame, length);
        }
    }

    @Override
    public void onPathsChanged() {
        if (peerSockets != null) {
            peerSockets.onMoved();
        }
    }

    @Override
    public void peerThere(int creatorId, String node) {
        if (peerSockets != null) {
            peerSockets.onPeer(creatorId, node);
        }
    }

    @Override
    public void peerGone(int creatorId) {
        if (peerSockets != null) {
            peerSockets.onPeerGone(creatorId);
        }
    }

    /** Where a peer's frames come from, by the path that is best for it, or else by any. */
    private @Nullable InetAddress source(int creatorId) {
        InetAddress source = paths[pathTo(creatorId)].source(creatorId);
        for (int i = 0; i < paths.length && source == null; i++) {
            source = paths[i].source(creatorId);
        }
        return source;
    }

    private int pathTo(int creatorId) {
        return machine == null ? 0 : machine.pathTo(creatorId, System.nanoTime());
    }

    private final class Places implements PeerSockets.Places {
        @Override
        public @Nullable InetAddress source(int creatorId) {
            return PfsyncVerticle.this.source(creatorId);
        }

        @Override
        public String device(int creatorId) {
            return paths[pathTo(creatorId)].device().name();
        }

        @Override
        public boolean isOf(int creatorId, InetAddress address) {
            return Arrays.stream(paths).anyMatch(path -> address.equals(path.source(creatorId)));
        }
    }

    private final class ConnectionListener implements PeerSockets.Listener {
        private final CounterSet<PfsyncCounter> counters;

        ConnectionListener(CounterSet<PfsyncCounter> counters) {
            this.counters = counters;
        }

        @Override
        public void died(int creatorId, String node) {
            listener.onPeerDied(
                    "peer " + node + " closed its connection", machine().mastersBut(creatorId, System.nanoTime()));
        }

        @Override
        public void refused() {
            counters.increment(PfsyncCounter.BAD_CONNECTION);
        }

        @Override
        public void log(String line) {
            listener.onEvent(line);
        }
    }

    // For others.

    /**
     * Done when everything that has arrived is in the table.
     *
     * @param carrying whether the table must be ready, too, to carry flows that the peers carried
     */
    public Future<Void> drained(boolean carrying) {
        return this.<@Nullable Void>call(() -> {
            if (carrying) {
                table.distrustWindows();
            }
            input(now -> receive(BATCHES_TO_DRAIN, now));
            return null;
        });
    }

    /** This node may have stood still, perhaps together with its clock: it does not hold its peers' states for whole before it has heard them again. */
    public Future<Void> doubtStates() {
        return this.<@Nullable Void>call(() -> {
            input(now -> machine().doubtStates(now));
            return null;
        });
    }

    /**
     * Tells the peers that this node, master of a virtual host until now, leaves it.
     *
     * @param vhid 1 to 255
     * @param addresses the digest of the virtual addresses
     */
    public Future<Void> resign(int vhid, long addresses) {
        return this.<@Nullable Void>call(() -> {
            input(now -> machine().resign(vhid, addresses, now));
            return null;
        });
    }

    /** Whether this node is master of a virtual host, so that what is deleted from its table by hand ends on all nodes. */
    public Future<Void> setMaster(boolean master) {
        return this.<@Nullable Void>call(() -> {
            this.master = master;
            if (machine != null) {
                machine.onMaster(master);
            }
            return null;
        });
    }

    /** What this node says of itself to its peers from now on. */
    public Future<Void> announce(Announcement announcement) {
        return this.<@Nullable Void>call(() -> {
            input(now -> machine().announce(announcement, now));
            return null;
        });
    }

    /**
     * Asks a peer.
     *
     * @param text at most {@link io.mirrorcarp.pfsync.message.Question#MAX_TEXT_BYTES} bytes of UTF-8
     * @param limit after which it is given up
     * @return the answer; empty where none came in time, or another question to this peer is under way
     */
    public Future<Optional<String>> ask(int creatorId, String text, Duration limit) {
        Promise<Optional<String>> done = Promise.promise();
        Dialogue.Asker asker = new Dialogue.Asker() {
            @Override
            public void answered(String answer) {
                done.complete(Optional.of(answer));
            }

            @Override
            public void unanswered() {
                done.complete(Optional.empty());
            }
        };
        call(() -> {
                    input(now -> machine().ask(creatorId, text, now + limit.toNanos(), asker, now));
                    return true;
                })
                .onFailure(done::tryFail);
        return done.future();
    }

    /** Answers the question of a peer that {@link PfsyncListener#onQuestion} told. */
    public Future<Void> answer(int creatorId, long id, String text) {
        return this.<@Nullable Void>call(() -> {
            input(now -> machine().answer(creatorId, id, text, now));
            return null;
        });
    }

    /** Asks every peer for a bulk update. */
    public Future<Void> requestBulk() {
        return this.<@Nullable Void>call(() -> {
            input(now -> machine().requestBulk(now));
            return null;
        });
    }

    /**
     * Compares digests with every peer, repairs what differs, and tells what that was; after {@value #VERIFY_SECONDS} s what is known by then.
     */
    public Future<List<PeerComparison>> verify() {
        Promise<List<PeerComparison>> done = Promise.promise();
        call(() -> {
                    input(now -> machine().beginVerification(now));
                    awaitVerification(System.nanoTime() + TimeUnit.SECONDS.toNanos(VERIFY_SECONDS), done);
                    return true;
                })
                .onFailure(done::fail);
        return done.future();
    }

    private void awaitVerification(long latestNanos, Promise<List<PeerComparison>> done) {
        Replication present = machine;
        if (present == null) {
            done.fail("replication is not running");
        } else if (present.isVerified() || System.nanoTime() >= latestNanos) {
            done.complete(present.endVerification());
        } else {
            vertx.setTimer(VERIFY_POLL_MILLIS, id -> awaitVerification(latestNanos, done));
        }
    }

    /** Names the owner of each flow of an inquiry. */
    public Future<Void> nameOwners(FlowInquiry inquiry) {
        return this.<@Nullable Void>call(() -> {
            for (int i = 0; i < inquiry.count(); i++) {
                inquiry.setOwner(i, machine().owner(inquiry.state(i)));
            }
            return null;
        });
    }

    /**
     * Tells the peers that these flows end, whoever owns them; done when the peers keep up. They are to be deleted from the local kernel's table after that.
     */
    public Future<Void> endOnPurpose(FlowInquiry inquiry) {
        Promise<Void> done = Promise.promise();
        call(() -> {
                    input(now -> {
                        for (int i = 0; i < inquiry.count(); i++) {
                            machine().endOnPurpose(inquiry.state(i), now);
                        }
                        machine().onBurstEnd(now);
                    });
                    awaitRoom(machine().sent(), done);
                    return true;
                })
                .onFailure(done::fail);
        return done.future();
    }

    private void awaitRoom(long sent, Promise<Void> done) {
        if (machine == null || machine.hasRoom(sent)) {
            done.complete();
        } else {
            vertx.setTimer(ROOM_POLL_MILLIS, id -> awaitRoom(sent, done));
        }
    }

    /** What each peer has not acknowledged yet. */
    public Future<List<PeerBacklog>> backlogs() {
        return call(() -> machine().backlogs());
    }

    /** Opens with all keys of this keyring from now on, and seals with its active one. */
    public Future<Void> useKeys(Keyring keyring) {
        return this.<@Nullable Void>call(() -> {
            machine().useKeys(keyring);
            return null;
        });
    }

    /**
     * Brings other values of what can change while replication runs into force: the name, the limits and the smallest ages.
     *
     * @param filters whether the table tells or takes other flows than before
     */
    public Future<Void> change(PfsyncOptions now, boolean filters) {
        return this.<@Nullable Void>call(() -> {
            machine().holdBackYoung(now.minAge().toNanos(), now.importMinAge().toNanos());
            input(nowNanos -> {
                machine().rename(now.node(), nowNanos);
                machine().limit(now.maxUpdates(), now.bulkTimeout().toNanos(), nowNanos);
                if (filters) {
                    machine().onFilters(nowNanos);
                }
            });
            return null;
        });
    }

    /** How replication stands. */
    public Future<PfsyncSnapshot> snapshot() {
        return call(() -> {
            ReplicationStatus status = machine().status(System.nanoTime());
            Map<Integer, String> addresses = new HashMap<>();
            for (ReplicationStatus.PeerStatus peer : status.peers()) {
                InetAddress source = source(peer.creatorId());
                if (source != null) {
                    addresses.put(peer.creatorId(), source.getHostAddress());
                }
            }
            return new PfsyncSnapshot(
                    status, addresses, paths(status), machine().counters().values());
        });
    }

    private List<PathSnapshot> paths(ReplicationStatus status) {
        long nowNanos = System.nanoTime();
        boolean noSession = status.peers().stream().noneMatch(peer -> isWell(peer.verdict()));
        Map<Integer, String> unconnected = unconnected(status);
        List<SyncPaths.Status> standing = machine().paths(nowNanos);
        List<PathSnapshot> snapshots = new ArrayList<>();
        for (SyncPath path : paths) {
            path.sight().look(path.device(), noSession, machine().counters(), nowNanos);
            snapshots.add(new PathSnapshot(standing.get(path.index()), link(path, unconnected, nowNanos)));
        }
        return snapshots;
    }

    private Map<Integer, String> unconnected(ReplicationStatus status) {
        Map<Integer, String> unconnected = new HashMap<>();
        PeerSockets sockets = peerSockets;
        for (ReplicationStatus.PeerStatus peer : status.peers()) {
            String why = sockets == null ? null : sockets.missing(peer.creatorId());
            if (why != null) {
                unconnected.put(peer.creatorId(), why);
            }
        }
        return unconnected;
    }

    private LinkSnapshot link(SyncPath path, Map<Integer, String> unconnected, long nowNanos) {
        SyncChannel channel = path.channel();
        LinkSight sight = path.sight();
        InetAddress stranger = channel == null ? null : channel.stranger();
        return new LinkSnapshot(
                path.device().isPresent(),
                path.device().operational(),
                stranger == null ? "" : stranger.getHostAddress(),
                machine().evidence(nowNanos),
                channel == null ? 0 : channel.sendErrno(),
                sight.refusal(),
                sight.filteredFrom(),
                sight.misdirectedTo(),
                unconnected);
    }

    private static boolean isWell(Verdict verdict) {
        return verdict == Verdict.IN_SYNC || verdict == Verdict.BULK || verdict == Verdict.LAGGING;
    }

    private <T> Future<T> call(Callable<T> what) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(nothing -> {
            try {
                promise.complete(what.call());
            } catch (Exception e) {
                promise.fail(e);
            }
        });
        return promise.future();
    }
}
