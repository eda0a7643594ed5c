// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.message.BucketSet;
import io.mirrorcarp.pfsync.message.FrameHeader;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the node with one creator id. A session begins with one of its lives, named by its epoch, when a heartbeat of it shows
 * that it heard this node just now: so neither a recorded frame nor a frame of an earlier life of either side has any effect.
 */
final class Peer {
    final int creatorId;
    final BulkWish wish = new BulkWish();
    final DigestWatch watch = new DigestWatch();

    /** A session must have heard a control frame of this node with a higher number than this. */
    private long minHeard;

    private @Nullable StreamReceiver stream;
    long epoch;
    /** Its number in the {@link FlowIndex}, if {@link #hasFlows()}. */
    int owner = NO_OWNER;

    private static final int NO_OWNER = -1;

    /** A life that was heard and has no session yet, 0 for none. */
    long candidateEpoch;
    /** The highest control number heard of it. */
    long candidateNumber;
    /** When it was heard first and last. */
    long candidateSinceNanos;

    long candidateNanos;

    /** Of the session: the highest control number accepted. */
    long lastControl;

    long lastHeardNanos;
    boolean lost;
    boolean goodbye;

    /** When the newest control frame of this node that the peer reports was sent. */
    long echoNanos;
    /** Frames of this node's stream up to this one are in the peer's kernel. */
    long acked;
    /** How many frames beyond it the peer can hold. */
    int window;
    /** How long the last acknowledged frame took from being sent to being acknowledged. */
    long lagNanos;

    /** Whether frames were applied that are not acknowledged yet, how many, and when to do it at the latest. */
    int unacknowledged;

    long acknowledgeNanos = Long.MAX_VALUE;

    // From its heartbeats.
    String node = "";
    long interruptions;
    boolean complete;
    boolean demoted;
    /** Names its kernel's table; 0 when it is not known. */
    long table;
    /** Whether all its flows were here once in this session. */
    boolean wasWhole;
    /** Whether it keeps digests. */
    boolean hasDigests;
    /** Whether it says that what this node owns, as its digest tells, is in the peer's table. */
    boolean saysEqual;

    long entries;
    /** The highest frame version that it understands. */
    int highestVersion = FrameHeader.LOWEST_VERSION;

    /** The bulk request to answer next, 0 for none; and those under way and answered last. */
    long requestedId;

    boolean requestedEverything;
    final BucketSet requestedBuckets = new BucketSet();
    long servingId;
    long servedId;
    /** The request for digests answered last. */
    long comparedId;

    Peer(int creatorId, long minHeard, long nowNanos) {
        this.creatorId = creatorId;
        this.minHeard = minHeard;
        lastHeardNanos = nowNanos;
    }

    /** Whether it has a place in the index: there is or was a session, or another peer keeps flows of it. */
    boolean hasFlows() {
        return owner != NO_OWNER;
    }

    boolean hasSession() {
        return stream != null;
    }

    /** The stream of the session, which there must be. */
    StreamReceiver stream() {
        StreamReceiver current = stream;
        if (current == null) {
            throw new IllegalStateException("no session");
        }
        return current;
    }

    /** Whether frames of this epoch belong to the session. */
    boolean isSession(long frameEpoch) {
        return stream != null && epoch == frameEpoch;
    }

    /** Whether a life that reports {@code heard} of this node's control numbers may begin a session. */
    boolean provesFreshness(long heard) {
        return heard > minHeard;
    }

    /** Whether it was heard itself, and not only of it. */
    boolean wasHeard() {
        return hasSession() || candidateEpoch != 0;
    }

    /** Notes that a life without a session was heard. */
    void onCandidate(long frameEpoch, long number, long nowNanos) {
        if (candidateEpoch != frameEpoch || nowNanos - candidateNanos > CANDIDATE_NANOS) {
            candidateSinceNanos = nowNanos;
            candidateNumber = 0;
        }
        candidateEpoch = frameEpoch;
        candidateNumber = Math.max(candidateNumber, number);
        candidateNanos = nowNanos;
    }

    /** A candidate that was silent for so long is forgotten. */
    static final long CANDIDATE_NANOS = 1_000_000_000;

    /** Whether a candidate is there that was heard lately. */
    boolean hasCandidate(long nowNanos) {
        return candidateEpoch != 0 && nowNanos - candidateNanos <= CANDIDATE_NANOS;
    }

    /**
     * Begins a session.
     *
     * @param ownNumber the last control number of this node: no recorded frame can prove to have heard a later one
     * @param sent the last stream frame that the peer sent
     * @param ownSent the last stream frame that this node sent
     */
    void begin(long newEpoch, int newOwner, long ownNumber, long sent, long ownSent, long nowNanos) {
        epoch = newEpoch;
        owner = newOwner;
        minHeard = ownNumber;
        stream = new StreamReceiver(sent);
        candidateEpoch = 0;
        lastControl = 0;
        lastHeardNanos = nowNanos;
        lost = false;
        goodbye = false;
        acked = ownSent;
        window = 0;
        lagNanos = 0;
        unacknowledged = 0;
        acknowledgeNanos = Long.MAX_VALUE;
        requestedId = 0;
        servingId = 0;
        servedId = 0;
        comparedId = 0;
        saysEqual = false;
        wasWhole = false;
        wish.begin(hasDigests);
        watch.begin();
    }

    /**
     * Whether its flows are known here, as its digest tells, or else as their number does.
     *
     * @param copies how many of them are here
     */
    boolean isEqual(int copies) {
        return isListening() && wish.isDone() && (hasDigests ? watch.matches() : entries == copies);
    }

    /** Whether there is somebody to send to. */
    boolean isListening() {
        return stream != null && !lost && !goodbye;
    }

    /** Whether the peer hears this node, as of its reports. */
    boolean hearsUs(long nowNanos, long lostNanos) {
        return nowNanos - echoNanos < lostNanos;
    }

    /** How old the oldest frame is that the peer has not acknowledged; 0 when there is none. */
    long waitingNanos(StreamSender own, long nowNanos) {
        if (!isListening() || acked >= own.sequence()) {
            return 0;
        }
        return nowNanos - own.sentNanos(Math.max(acked + 1, own.oldest()));
    }
}
