// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.pfsync.StateTable;
import io.mirrorcarp.pfsync.auth.FrameOpener;
import io.mirrorcarp.pfsync.auth.FrameSealer;
import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.claims.ClaimParts;
import io.mirrorcarp.pfsync.claims.Exporter;
import io.mirrorcarp.pfsync.claims.Importer;
import io.mirrorcarp.pfsync.claims.OwnerNames;
import io.mirrorcarp.pfsync.claims.Owners;
import io.mirrorcarp.pfsync.equality.BulkReceiver;
import io.mirrorcarp.pfsync.equality.BulkServer;
import io.mirrorcarp.pfsync.equality.EqualityTable;
import io.mirrorcarp.pfsync.equality.PeerComparison;
import io.mirrorcarp.pfsync.equality.StartDump;
import io.mirrorcarp.pfsync.equality.Sweep;
import io.mirrorcarp.pfsync.equality.TableDump;
import io.mirrorcarp.pfsync.equality.Verification;
import io.mirrorcarp.pfsync.flows.FlowHash;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.message.Announcement;
import io.mirrorcarp.pfsync.message.FlowEnd;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.pfsync.session.Candidates;
import io.mirrorcarp.pfsync.session.ControlSender;
import io.mirrorcarp.pfsync.session.Dialogue;
import io.mirrorcarp.pfsync.session.LinkEvidence;
import io.mirrorcarp.pfsync.session.Peer;
import io.mirrorcarp.pfsync.session.PeerBacklog;
import io.mirrorcarp.pfsync.session.PeerTable;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.mirrorcarp.pfsync.session.ReplicationSettings;
import io.mirrorcarp.pfsync.session.Reports;
import io.mirrorcarp.pfsync.session.SessionParts;
import io.mirrorcarp.pfsync.session.Sessions;
import io.mirrorcarp.pfsync.session.StreamSender;
import io.mirrorcarp.pfsync.session.SyncLink;
import io.mirrorcarp.pfsync.session.SyncPaths;
import io.mirrorcarp.pfsync.session.UnacknowledgedFlows;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The replication of one node, from its start to its stop: one life, one epoch. A plain machine: it is told what happened and when,
 * calls the {@link StateTable}, the {@link SyncLink} and the {@link PfsyncListener}, and says by {@link #nextDeadlineNanos()} when it wants to be woken. All of
 * it runs on one loop. Instants are those of one clock that never goes back, in nanoseconds.
 */
public final class Replication {
    /** Up to this many unacknowledged frames are no reason to hold back more. */
    private static final int ROOM_FRAMES = 64;

    private final ReplicationSettings settings;
    private final SyncLink link;
    private final PfsyncListener listener;
    private final CounterSet<PfsyncCounter> counters = new CounterSet<>(PfsyncCounter.class);
    private final LinkEvidence evidence = new LinkEvidence();
    private final FrameSealer sealer;
    private final FrameOpener opener;
    private final PeerTable peers = new PeerTable();
    private final FlowIndex index = new FlowIndex();
    private final StreamSender stream;
    private final Owners owners;
    private final OwnerNames ownerNames;
    private final Exporter exporter;
    private final Importer importer;
    private final EqualityTable equalities;
    private final TableDump dump;
    private final StartDump startDump;
    private final BulkServer bulkServer;
    private final Sweep sweep;
    private final Verification verification;
    private final UnacknowledgedFlows unacknowledged;
    private final PreemptPromise promise;
    private final Contents contents;
    private final Reports reports;
    private final Dialogue dialogue;
    private final LivingMasters living;
    private final PeerEvents peerEvents;
    private final FrameLength frameLength;
    private final Sessions sessions;
    private final Reception reception;
    private final Standing standing;
    private final SyncPaths paths;
    private final StatusReader status;

    private long nextDeadlineNanos = Long.MAX_VALUE;
    private boolean running;

    /**
     * @param table the local table; its events come back through this machine's methods
     * @param random for the epoch and the ids of requests: unpredictable in production
     */
    public Replication(
            ReplicationSettings settings,
            Keyring keyring,
            StateTable table,
            SyncLink link,
            PfsyncListener listener,
            RandomGenerator random) {
        this.settings = settings;
        this.link = link;
        this.listener = listener;
        sealer = new FrameSealer(keyring, settings.creatorId(), random.nextLong(1, Long.MAX_VALUE));
        opener = new FrameOpener(keyring);
        stream = new StreamSender(sealer, settings.maxFrameBytes(), link, counters);
        SessionParts session = new SessionParts(
                settings,
                peers,
                new Candidates(),
                stream,
                new ControlSender(sealer, link, settings.paths(), settings.maxFrameBytes()),
                counters,
                link);
        owners = new Owners(settings.creatorId(), peers, index, settings.before(), table.identity());
        ClaimParts parts = new ClaimParts(session, index, new FlowHash(random.nextLong()), owners, table);
        ownerNames = new OwnerNames(parts);
        exporter = new Exporter(parts);
        importer = new Importer(parts, exporter);
        equalities = new EqualityTable(peers, owners, index, random);
        verification = new Verification(parts, equalities);
        unacknowledged = new UnacknowledgedFlows(stream, opener, settings.maxFrameBytes());
        dump = new TableDump(table);
        startDump = new StartDump(parts, isNew(table.identity()));
        bulkServer = new BulkServer(parts, dump, exporter);
        sweep = new Sweep(parts, equalities, dump, exporter, importer, bulkServer, verification);
        promise = new PreemptPromise(settings.bulkTimeoutNanos(), settings.lostNanos(), listener);
        contents = new Contents(parts, exporter, importer, equalities, startDump, promise);
        reports = new Reports(session, contents);
        frameLength = new FrameLength(session, contents, reports, listener);
        dialogue = new Dialogue(session, random);
        living = new LivingMasters(session);
        peerEvents = new PeerEvents(parts, equalities, bulkServer, exporter, reports, promise, living, listener);
        sessions = new Sessions(session, sealer.epoch(), reports, peerEvents);
        reception = new Reception(
                session,
                new FrameGate(session, opener, evidence, listener, sealer.epoch()),
                sessions,
                dialogue,
                new StreamReader(importer, new BulkReceiver(parts, equalities, verification), counters),
                peerEvents,
                reports,
                listener);
        standing = new Standing(session, equalities, promise, listener);
        paths = new SyncPaths(session, reports, new PathEvents());
        status = new StatusReader(parts, equalities, promise, standing);
    }

    /** Whether it is known that no earlier life of this node wrote into the local table. */
    private boolean isNew(long identity) {
        long before = settings.before().own();
        return before != 0 && identity != 0 && identity != before;
    }

    /** A longer datagram is no frame. */
    public static final int MAX_RECEIVED_BYTES = 9216;

    /** This life's epoch. */
    public long epoch() {
        return sealer.epoch();
    }

    public CounterSet<PfsyncCounter> counters() {
        return counters;
    }

    /** This node has another name from now on; the peers hear of it with the next heartbeat. */
    public void rename(String node, long nowNanos) {
        reports.rename(node);
        ownerNames.rename(node);
        settle(nowNanos);
    }

    /**
     * Other limits from now on.
     *
     * @param maxUpdates when so many updates of one flow were merged into one, it is sent without waiting for the end of the burst
     * @param bulkTimeoutNanos after it the node says that it is degraded
     */
    public void limit(int maxUpdates, long bulkTimeoutNanos, long nowNanos) {
        exporter.mergeAtMost(maxUpdates);
        promise.timeOutAfter(bulkTimeoutNanos);
        settle(nowNanos);
    }

    /**
     * The table tells, or takes, other flows than before. What it tells now and did not before is found by reading it; what it takes now and did not before is asked
     * for. A flow that was told or taken before is followed to its end. Nobody is demoted: no table has become less whole.
     */
    public void onFilters(long nowNanos) {
        sweep.hasten();
        equalities.wantEverything(nowNanos);
        settle(nowNanos);
    }

    /**
     * Flows that begin from now on are told, and flows of peers come into the table, when they are so old.
     *
     * @param toldNanos of this node's
     * @param takenNanos of the peers'
     */
    public void holdBackYoung(long toldNanos, long takenNanos) {
        exporter.holdBack(toldNanos);
        importer.holdBack(takenNanos);
    }

    /** Frames that could not be used lately, and why. */
    public List<LinkEvidence.Sighting> evidence(long nowNanos) {
        return evidence.recent(nowNanos);
    }

    /** Begins: demotes the node, reads the table, and looks for peers. */
    public void start(long nowNanos) {
        running = true;
        promise.raise("pfsync bulk start", nowNanos);
        startDump.begin(dump, nowNanos);
        settle(nowNanos);
    }

    /** Stops: sends what is waiting and says goodbye. Nothing is deleted anywhere. */
    public void stop(long nowNanos) {
        if (running) {
            exporter.deletedByProgram().decide(nowNanos);
            exporter.flush(nowNanos);
            importer.flush(nowNanos);
            reports.goodbye(nowNanos);
            running = false;
            nextDeadlineNanos = Long.MAX_VALUE;
        }
    }

    /**
     * A datagram came in on a sync device. What it asks for is done by {@link #onReceiveEnd(long)}.
     *
     * @param path which of the node's paths it came by, from 0
     * @return the creator id of the peer whose session it belongs to, or 0
     */
    public int onFrame(int path, byte[] buffer, int offset, int length, long nowNanos) {
        return reception.onFrame(path, buffer, offset, length, nowNanos);
    }

    /** No more datagrams are waiting: what was received is carried out, and answered. */
    public void onReceiveEnd(long nowNanos) {
        settle(nowNanos);
    }

    /** The instant of {@link #nextDeadlineNanos()} has come. */
    public void onDeadline(long nowNanos) {
        if (!running) {
            return;
        }
        if (nextDeadlineNanos != Long.MAX_VALUE && nowNanos - nextDeadlineNanos > settings.heartbeatNanos()) {
            sessions.onStall(nowNanos);
        }
        reception.applyHeld(nowNanos);
        startDump.onDeadline(dump, nowNanos);
        sessions.checkLost(nowNanos);
        for (Peer peer : peers.all()) {
            if (peer.isListening() && equalities.wish(peer).isStalled(nowNanos)) {
                listener.onEvent("bulk update from " + peer.node() + " has stalled");
                equalities.want(peer, nowNanos);
            }
        }
        settle(nowNanos);
    }

    /** Does what is due and judges how things stand. */
    private void settle(long nowNanos) {
        if (!running) {
            return;
        }
        frameLength.fit(nowNanos);
        importer.flush(nowNanos);
        exporter.flushBurst(nowNanos);
        if (exporter.deletedByProgram().takeFlushed()) {
            onTableLost(nowNanos);
        }
        paths.update(nowNanos);
        for (Peer peer : peers.all()) {
            if (equalities.of(peer).onImported()) {
                listener.onEvent("bulk update from " + peer.node() + " done, "
                        + equalities.wish(peer).received() + " entries");
                reports.hasten();
            }
        }
        if (startDump.isDone()) {
            sweep.schedule(nowNanos);
            sweep.pump(nowNanos);
        }
        if (verification.isWaiting() && sweep.isCalm()) {
            verification.ask(nowNanos);
        }
        bulkServer.pump(nowNanos);
        if (sweep.takeFound()) {
            reports.hasten();
        }
        standing.update(nowNanos);
        if (owners.takeKnownChanged()) {
            listener.onKnownTables(owners.known());
        }
        if (equalities.allEqual()) {
            owners.onAllEqual();
        }
        reports.flush(nowNanos);
        dialogue.flush(nowNanos);
        nextDeadlineNanos = Math.min(
                Math.min(reports.deadlineNanos(), standing.deadlineNanos()),
                Math.min(standing.lossNanos(), Math.min(startDump.deadlineNanos(), sweep.deadlineNanos())));
        nextDeadlineNanos = Math.min(nextDeadlineNanos, Math.min(exporter.deadlineNanos(), dialogue.deadlineNanos()));
        nextDeadlineNanos = Math.min(nextDeadlineNanos, Math.min(importer.grownNanos(), paths.deadlineNanos()));
        if (reception.anyHeld()) {
            nextDeadlineNanos = nowNanos;
        }
    }

    /**
     * A program flushed the local table. That ends no connection: what this node owned is lost here only, as by a reboot. So the table is another one from now
     * on, and the peers give back what they have.
     */
    private void onTableLost(long nowNanos) {
        listener.onEvent("the connection tracking table was flushed: asking the peers for what was in it");
        exporter.flush(nowNanos);
        stream.forget();
        owners.onFlushed();
        bulkServer.onFlushed();
        if (peers.anyListening()) {
            promise.raise("conntrack table flushed", nowNanos);
        }
        equalities.onFlushed(nowNanos);
        reports.hasten();
    }

    /** When {@link #onDeadline(long)} is wanted, or {@link Long#MAX_VALUE}. It may change with every input. */
    public long nextDeadlineNanos() {
        return nextDeadlineNanos;
    }

    /** The local kernel created a flow. */
    public void onInsert(StateRecord state, long nowNanos) {
        exporter.onInsert(state, nowNanos);
    }

    /** The local kernel changed a flow. */
    public void onUpdate(StateRecord state, long nowNanos) {
        exporter.onUpdate(state, nowNanos);
    }

    /**
     * A flow ended in the local kernel.
     */
    public void onDelete(StateRecord state, FlowEnd end, long nowNanos) {
        exporter.onDelete(state, end, nowNanos);
    }

    /** A program flushed the whole table, as {@link io.mirrorcarp.pfsync.StateEvents#onFlushed} has it. */
    public void onFlushed(long nowNanos) {
        exporter.deletedByProgram().onFlushed(nowNanos);
    }

    /**
     * Whether this node is master of a virtual host. What a program deletes from the master's table ends on all nodes. From that of a backup it ends what is the
     * backup's own; the rest comes again.
     */
    public void onMaster(boolean master) {
        exporter.setMaster(master);
    }

    /** No more events are waiting: sends what is pending. */
    public void onBurstEnd(long nowNanos) {
        exporter.flushBurst(nowNanos);
        settle(nowNanos);
    }

    /** The local kernel lost events: what they would have told is found by a sweep. Peers without digests shall ask for a bulk update. */
    public void onOverrun(long nowNanos) {
        counters.increment(PfsyncCounter.OVERRUNS);
        sweep.hasten();
        if (!peers.allHaveDigests()) {
            reports.interrupt();
        }
        settle(nowNanos);
    }

    /** Half-open TCP connections are told from now on, or are not, as {@link io.mirrorcarp.pfsync.StateEvents#onHalfOpenTold} has it. */
    public void onHalfOpenTold(boolean told, long nowNanos) {
        sweep.onHalfOpenTold(told, nowNanos);
        settle(nowNanos);
    }

    /** One entry of a dump of the local table. */
    public void onDumpEntry(StateRecord state, long nowNanos) {
        if (exporter.mayTell(state)) {
            dump.onEntry(state, nowNanos);
        }
    }

    /** A batch of the dump is complete. */
    public void onDumpBatchEnd(boolean last, long nowNanos) {
        dump.onBatchEnd(last, nowNanos);
        settle(nowNanos);
    }

    /**
     * A path can pass frames, or no more; each is taken to do so until then.
     *
     * @param why what is wrong with it, where it cannot
     * @param lostCarrier whether its device lost the carrier just now, as by a peer at the other end that lost its power
     */
    public void onPath(int path, boolean up, String why, boolean lostCarrier, long nowNanos) {
        paths.onPath(path, up, why, lostCarrier, nowNanos);
        promise.onLink(paths.anyUp(), settings.device(), nowNanos);
        settle(nowNanos);
    }

    /** By which paths frames go now, bit {@code i} for path {@code i}. */
    public int pathsInUse() {
        return paths.chosen();
    }

    /** How the paths stand, in the order of the settings. */
    public List<SyncPaths.Status> paths(long nowNanos) {
        return paths.status(nowNanos);
    }

    /** The first of the node's paths by which a peer and this node hear one another; the first one that is in use where there is none. */
    public int pathTo(int creatorId, long nowNanos) {
        return paths.to(creatorId, nowNanos);
    }

    private final class PathEvents implements SyncPaths.Listener {
        @Override
        public void onEvent(String line) {
            listener.onEvent(line);
        }

        @Override
        public void onPeerDied(String what, int creatorId, long nowNanos) {
            listener.onPeerDied(what, creatorId == 0 ? Set.of() : mastersBut(creatorId, nowNanos));
        }

        @Override
        public void onMoved() {
            link.onPathsChanged();
        }
    }

    /** This node may have stood still, perhaps together with its clock: the peers' states count no longer before they were heard again. */
    public void doubtStates(long nowNanos) {
        if (running) {
            standing.doubtAll(nowNanos);
            settle(nowNanos);
        }
    }

    /**
     * This node, master of a virtual host until now, leaves it: tells the peers at once.
     *
     * @param vhid 1 to 255
     * @param addresses the digest of the virtual addresses
     */
    public void resign(int vhid, long addresses, long nowNanos) {
        if (running) {
            reports.resign(vhid, addresses, nowNanos);
            settle(nowNanos);
        }
    }

    /** The name of the node that owns a flow; empty where it is not replicated. */
    public String owner(StateRecord flow) {
        return ownerNames.of(flow);
    }

    /**
     * The operator ends a flow on every node, whoever owns it; {@link #onBurstEnd(long)} sends it. To be called before the flow is deleted from the local table,
     * whose event is no news then. Does nothing of a flow that is not replicated.
     */
    public void endOnPurpose(StateRecord flow, long nowNanos) {
        exporter.endOnPurpose(flow, nowNanos);
    }

    /** The last stream frame that was sent. */
    public long sent() {
        return stream.sequence();
    }

    /**
     * Whether the peers that are there keep up with what was sent, so that more can follow.
     *
     * @param sent the last frame that counts: what is sent of other flows meanwhile is nothing to wait for
     */
    public boolean hasRoom(long sent) {
        return peers.keepUp(sent, ROOM_FRAMES);
    }

    /**
     * The sync device carries frames of so many bytes from now on.
     *
     * @param frameBytes at least {@link ReplicationSettings#MIN_FRAME_BYTES}
     */
    public void onFrameBytes(int frameBytes, long nowNanos) {
        frameLength.onDevice(frameBytes);
        reports.hasten();
        settle(nowNanos);
    }

    /** What this node says of itself to its peers from now on. They hear of it at once; of nothing but how long it is master, and of sequences, with the next heartbeat. */
    public void announce(Announcement announcement, long nowNanos) {
        if (contents.announce(announcement)) {
            reports.hasten();
        }
        settle(nowNanos);
    }

    /**
     * Asks a peer, as {@link Dialogue#ask} has it.
     *
     * @param latestNanos when to give up
     */
    public void ask(int creatorId, String text, long latestNanos, Dialogue.Asker asker, long nowNanos) {
        if (!running) {
            asker.unanswered();
            return;
        }
        dialogue.ask(creatorId, text, latestNanos, asker, nowNanos);
        settle(nowNanos);
    }

    /** Answers a question of a peer, which {@link PfsyncListener#onQuestion} told. */
    public void answer(int creatorId, long id, String text, long nowNanos) {
        dialogue.answer(creatorId, id, text, nowNanos);
    }

    /** What the peers that are there say that they are master of, but for one that seems to be gone. */
    public Set<PeerMaster> mastersBut(int creatorId, long nowNanos) {
        return living.but(creatorId, nowNanos);
    }

    /** The operator wants a bulk update of every peer. */
    public void requestBulk(long nowNanos) {
        equalities.wantEverything(nowNanos);
        settle(nowNanos);
    }

    /** The operator wants to know whether the kernels' tables are equal: every node reads its own, then digests are compared, and what differs is repaired. */
    public void beginVerification(long nowNanos) {
        verification.begin();
        sweep.hasten();
        settle(nowNanos);
    }

    /** Whether {@link #endVerification()} can tell of each peer that is still there. */
    public boolean isVerified() {
        return verification.isFinished();
    }

    /** What was found of each peer that was there when the verification began. */
    public List<PeerComparison> endVerification() {
        return verification.end();
    }

    /** What each peer has not acknowledged yet. */
    public List<PeerBacklog> backlogs() {
        return Arrays.stream(peers.all())
                .filter(Peer::hasSession)
                .map(unacknowledged::of)
                .toList();
    }

    /** Opens with all keys of a new keyring, and seals with its active one. */
    public void useKeys(Keyring keyring) {
        sealer.use(keyring);
        stream.sealAnew(opener);
        opener.use(keyring);
    }

    /** Whether every peer that is there has acknowledged everything sent. */
    public boolean isCaughtUp() {
        for (Peer peer : peers.all()) {
            if (peer.isListening() && peer.acked() < stream.sequence()) {
                return false;
            }
        }
        return !exporter.deletedByProgram().isUndecided();
    }

    /** Whether the life of a node with this epoch is there, so that it is told of every change. */
    boolean hears(int creatorId, long peerEpoch) {
        Peer peer = peers.find(creatorId);
        return peer != null && peer.isSession(peerEpoch) && peer.isListening();
    }

    /** How things stand, for status and metrics. */
    public ReplicationStatus status(long nowNanos) {
        return status.read(nowNanos);
    }
}
