// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.pfsync.message.Announcement;
import io.mirrorcarp.pfsync.message.Control;
import io.mirrorcarp.pfsync.message.FrameHeader;
import org.jspecify.annotations.Nullable;

/**
 * The node with one creator id, as far as it was heard. A session begins with one of its lives, named by its epoch, when a heartbeat of it shows
 * that it heard this node just now: so neither a recorded frame nor a frame of an earlier life of either side has any effect.
 */
public final class Peer {
    private static final long IDLE_NANOS = 10_000_000_000L;
    private static final long CLONED_NANOS = 3_000_000_000L;

    private static final int NO_PLACE = -1;

    private final int creatorId;
    private int place = NO_PLACE;
    private boolean kept;
    /** A session must have heard a control frame of this node with a higher number than this. */
    private long minHeard;

    private @Nullable StreamReceiver stream;
    private long epoch;

    /** The life before, and the highest control number accepted of it. */
    private long formerEpoch;

    private long formerControl;
    /** When the life before was heard again, though the present one had begun. */
    private long clonedNanos;

    private boolean cloned;

    /** Lives of it that have no session: whether any was heard, since when there was no silence, and when one was heard last. */
    private boolean candidate;

    private long candidateSinceNanos;
    private long candidateNanos;

    /** Of the session: the control frames that were accepted. */
    final ControlWindow controls = new ControlWindow();

    final PeerPaths paths = new PeerPaths();
    long lastHeardNanos;
    boolean lost;
    boolean goodbye;
    /** How long frames to it may be. */
    final PathSize path = new PathSize();

    private final LongestFrame longest = new LongestFrame();
    /** When the newest control frame of this node that the peer reports was sent. */
    long echoNanos;
    /** Frames of this node's stream up to this one are in the peer's kernel. */
    long acked;
    /** How many frames beyond it the peer can hold. */
    int window;
    /** How long the last acknowledged frame took from being sent to being acknowledged, and when that was. */
    long lagNanos;

    long lagAtNanos;
    /** How many frames were applied that are not acknowledged yet, and when to do it at the latest. */
    int unacknowledged;

    long acknowledgeNanos = Long.MAX_VALUE;
    /** What it says of this node: whether what this node owns, as its digest tells, is in the peer's table. */
    boolean saysEqual;

    // From its heartbeats.
    String node = "";
    long interruptions;
    boolean complete;
    boolean demoted;
    boolean hasDigests;
    long entries;
    int highestVersion = FrameHeader.LOWEST_VERSION;
    Announcement announcement = Announcement.NONE;
    final PeerHosts hosts = new PeerHosts();
    int frameBytes;

    /** @param minHeard the last control number of this node so far */
    public Peer(int creatorId, long minHeard, long nowNanos) {
        this.creatorId = creatorId;
        this.minHeard = minHeard;
        lastHeardNanos = nowNanos;
    }

    /** Its number in the table, from 0. */
    int place() {
        return place;
    }

    void setPlace(int newPlace) {
        place = newPlace;
    }

    /** It has or had flows: its place is not for anybody else so soon. */
    public void keep() {
        kept = true;
    }

    boolean isKept() {
        return kept;
    }

    public int creatorId() {
        return creatorId;
    }

    public long epoch() {
        return epoch;
    }

    /** Its name, empty before its first heartbeat was accepted. */
    public String node() {
        return node;
    }

    public boolean hasSession() {
        return stream != null;
    }

    /** The stream of the session, which there must be. */
    public StreamReceiver stream() {
        StreamReceiver current = stream;
        if (current == null) {
            throw new IllegalStateException("no session");
        }
        return current;
    }

    /** Whether frames of this epoch belong to the session. */
    public boolean isSession(long frameEpoch) {
        return stream != null && epoch == frameEpoch;
    }

    /** The control frames of the session that were accepted. */
    public ControlWindow controls() {
        return controls;
    }

    /** By which ways it and this node hear one another. */
    public PeerPaths paths() {
        return paths;
    }

    /** Whether there is somebody to send to. */
    public boolean isListening() {
        return stream != null && !lost && !goodbye;
    }

    /** Whether it fell silent. */
    public boolean isLost() {
        return lost;
    }

    /** Whether it said that it stops. */
    public boolean hasStopped() {
        return goodbye;
    }

    /** When a frame of its session came last. */
    public long lastHeardNanos() {
        return lastHeardNanos;
    }

    /** When the newest control frame of this node that the peer reports was sent. */
    public long echoNanos() {
        return echoNanos;
    }

    /** Frames of this node's stream up to this one are in the peer's kernel. */
    public long acked() {
        return acked;
    }

    /** How many frames beyond {@link #acked()} the peer can hold. */
    public int window() {
        return window;
    }

    /** How long the last acknowledged frame took from being sent to being acknowledged; 0 when that was 10 s ago: who says nothing is not behind. */
    public long lagNanos(long nowNanos) {
        return nowNanos - lagAtNanos < IDLE_NANOS ? lagNanos : 0;
    }

    /** Whether it says that its table is whole. */
    public boolean isComplete() {
        return complete;
    }

    /** Whether it says that it is demoted because of replication. */
    public boolean isDemoted() {
        return demoted;
    }

    /** How long frames to it may be. */
    public PathSize path() {
        return path;
    }

    /** A frame of its session came that says nothing but how long it is. */
    public void onPadding(long number, Control control, int frameBytes, long nowNanos) {
        controls.acceptPadding(number);
        paths.onControl(control, frameBytes, nowNanos);
    }

    /** A frame of its session came that is so long. */
    public void onLength(int frameBytes, long nowNanos) {
        longest.add(frameBytes, nowNanos);
    }

    /**
     * The longest frame that came of it within the last one and a half to three seconds; of several paths, by the one that passes the shortest.
     *
     * @param pathFreshNanos for how long a path counts after a frame came by it
     */
    int longest(long pathFreshNanos, long nowNanos) {
        return paths.areSeveral() ? paths.longest(nowNanos - pathFreshNanos, nowNanos) : longest.bytes(nowNanos);
    }

    /** Whether it keeps digests. */
    public boolean hasDigests() {
        return hasDigests;
    }

    /** What it says of itself. */
    public Announcement announcement() {
        return announcement;
    }

    /** The longest frame that its sync device carries; 0 when it is not told. */
    public int frameBytes() {
        return frameBytes;
    }

    /** The highest frame version that it understands. */
    public int highestVersion() {
        return highestVersion;
    }

    /** How many flows it says that it owns. */
    public long entries() {
        return entries;
    }

    /** Whether it says that what this node owns is in its table. */
    public boolean saysEqual() {
        return saysEqual;
    }

    /** Whether it was heard itself, and not only of it. */
    public boolean wasHeard() {
        return hasSession() || candidate;
    }

    /** A life that begins a session must report a later control number of this node. */
    long minHeard() {
        return minHeard;
    }

    /**
     * Whether a fresh frame is of the life before the present one: then both live, and are two nodes with one host id.
     *
     * @param number of the control frame
     */
    boolean isFormer(long frameEpoch, long number) {
        return formerEpoch != 0 && frameEpoch == formerEpoch && number > formerControl;
    }

    void onClone(long number, long nowNanos) {
        formerControl = number;
        clonedNanos = nowNanos;
        cloned = true;
    }

    /** Whether another node with its host id was heard lately. */
    public boolean isCloned(long nowNanos) {
        return cloned && nowNanos - clonedNanos <= CLONED_NANOS;
    }

    /** Notes that a life without a session was heard. */
    void onCandidate(long nowNanos) {
        if (!hasCandidate(nowNanos)) {
            candidateSinceNanos = nowNanos;
        }
        candidate = true;
        candidateNanos = nowNanos;
    }

    /** Whether a life without a session was heard lately. */
    public boolean hasCandidate(long nowNanos) {
        return candidate && nowNanos - candidateNanos <= Candidates.FRESH_NANOS;
    }

    /** Since when it was heard, if {@link #hasCandidate}. */
    public long candidateSinceNanos() {
        return candidateSinceNanos;
    }

    /**
     * Begins a session.
     *
     * @param ownNumber the last control number of this node: no recorded frame can prove to have heard a later one
     * @param sent the last stream frame that the peer sent
     * @param ownSent the last stream frame that this node sent
     */
    void begin(long newEpoch, long ownNumber, long sent, long ownSent, long nowNanos) {
        if (stream != null && epoch != newEpoch && !goodbye) {
            formerEpoch = epoch;
            formerControl = controls.highest();
        }
        epoch = newEpoch;
        minHeard = ownNumber;
        stream = new StreamReceiver(sent);
        candidate = false;
        controls.begin();
        paths.begin();
        lastHeardNanos = nowNanos;
        lost = false;
        goodbye = false;
        acked = ownSent;
        window = 0;
        lagNanos = 0;
        unacknowledged = 0;
        acknowledgeNanos = Long.MAX_VALUE;
        saysEqual = false;
        longest.begin();
        path.begin();
    }

    /** How old the oldest frame is that the peer has not acknowledged; 0 when there is none. */
    public long waitingNanos(StreamSender own, long nowNanos) {
        if (!isListening() || acked >= own.sequence()) {
            return 0;
        }
        return nowNanos - own.sentNanos(Math.max(acked + 1, own.oldest()));
    }
}
