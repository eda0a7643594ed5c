// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.pfsync.protocol.Replication;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections that carry nothing: one with each peer in session. While both processes live it stays; when one dies, its kernel closes it at once, long
 * before the silence of the peer tells anything. Where no connection comes about, as behind a packet filter, nothing else changes.
 *
 * <p>Of two nodes that with the higher creator id, unsigned, connects; the other one listens. Not thread-safe; instants as in {@link Replication}.
 */
public final class PeerConnections {
    /** What the machine wants done. An implementation must not call the machine back before the input is over. */
    public interface Output {
        /** Listen for the connection of this peer. Asked again while it does not come. */
        void listen(int creatorId);

        /** Connect to this peer, and call {@link PeerConnections#onOpen} or {@link PeerConnections#onFailed}. */
        void connect(int creatorId);

        /** End what there is of a connection with this peer: listening, connecting, open. No call is wanted for it. */
        void disconnect(int creatorId);

        /** The peer's process has ended without a goodbye. */
        void died(int creatorId, String node);

        /** One line for the log. */
        void log(String line);
    }

    /** Why there is none where the peer is heard, and no packet of TCP is answered. */
    public static final String UNANSWERED = "filtered: what is sent is not answered";

    private static final class Attempt {
        final int creatorId;
        final String node;
        final long sinceNanos;
        String why = "nothing came from the peer";
        boolean open;
        long openNanos;
        long provenNanos = REFUSAL_NANOS;
        int failures;
        long dueNanos;

        Attempt(int creatorId, String node, long dueNanos) {
            this.creatorId = creatorId;
            this.node = node;
            sinceNanos = dueNanos;
            this.dueNanos = dueNanos;
        }
    }

    private static final long NEVER = Long.MAX_VALUE;
    private static final long FIRST_RETRY_NANOS = 100_000_000;
    private static final long LAST_RETRY_NANOS = 12_800_000_000L;
    /** A peer that does not have the session yet, or does not want the connection, closes it as soon as it is open. That is no death. */
    private static final long REFUSAL_NANOS = 200_000_000;
    /**
     * A peer whose session goes on after its connection ended is alive: somebody else ended it, and may do so again. So the next one must stand for long
     * before its end tells anything.
     */
    private static final long DISTRUST_NANOS = 60_000_000_000L;
    /** A session that is so old should have its connection. */
    private static final long PATIENCE_NANOS = 4_000_000_000L;

    /** The first attempts may fail while the other side makes ready. */
    private static final int FAILURES_TO_TELL = 5;

    private final int creatorId;
    private final Output output;
    private final List<Attempt> attempts = new ArrayList<>();

    /** @param creatorId this node's own */
    public PeerConnections(int creatorId, Output output) {
        this.creatorId = creatorId;
        this.output = output;
    }

    /** A session with a peer has begun, perhaps with its next life, or the peer is heard again. */
    public void onPeer(int peer, String node, long nowNanos) {
        onPeerGone(peer);
        attempts.add(new Attempt(peer, node, nowNanos));
    }

    /** The peer said goodbye, or is lost. What becomes of its connection tells nothing from now on. */
    public void onPeerGone(int peer) {
        Attempt attempt = find(peer);
        if (attempt != null) {
            attempts.remove(attempt);
            output.disconnect(peer);
        }
    }

    /**
     * The connection with a peer is there. The one before, if there is any, is not.
     *
     * @return whether it is wanted; else it is to be closed
     */
    public boolean onOpen(int peer, long nowNanos) {
        Attempt attempt = find(peer);
        if (attempt == null) {
            return false;
        }
        attempt.open = true;
        attempt.openNanos = nowNanos;
        attempt.dueNanos = NEVER;
        return true;
    }

    /** It could not be made, is no longer answered, or was closed on this side since it is not the peer's. The peer lives: its frames come. */
    public void onFailed(int peer, String why, long nowNanos) {
        Attempt attempt = find(peer);
        if (attempt != null) {
            retry(attempt, why, nowNanos);
        }
    }

    /**
     * Another path to a peer may be the best one now: a connection that is there is to be made anew, and the old one counts until then. One that is waited for may come to another address of this
     * node.
     */
    public void onMoved(int peer, long nowNanos) {
        Attempt attempt = find(peer);
        if (attempt != null && (attempt.open || (expects(peer) && attempt.dueNanos == NEVER))) {
            attempt.dueNanos = nowNanos;
        }
    }

    /** The other side closed it. */
    public void onClosed(int peer, long nowNanos) {
        Attempt attempt = find(peer);
        if (attempt == null || !attempt.open) {
            return;
        }
        if (nowNanos - attempt.openNanos < attempt.provenNanos) {
            retry(attempt, "closed by the peer", nowNanos);
            return;
        }
        attempt.open = false;
        attempt.provenNanos = DISTRUST_NANOS;
        attempt.failures = 0;
        attempt.dueNanos = nowNanos + FIRST_RETRY_NANOS;
        output.died(peer, attempt.node);
    }

    private void retry(Attempt attempt, String why, long nowNanos) {
        attempt.open = false;
        attempt.why = why;
        attempt.failures++;
        int doublings = Math.min(attempt.failures - 1, Long.SIZE / 4);
        attempt.dueNanos = nowNanos + Math.min(FIRST_RETRY_NANOS << doublings, LAST_RETRY_NANOS);
        if (attempt.failures == FAILURES_TO_TELL) {
            output.log("no connection with peer " + attempt.node
                    + ", so that its death is noticed by its silence only: " + why);
        }
    }

    /** The instant of {@link #nextDeadlineNanos()} has come. */
    public void onDeadline(long nowNanos) {
        for (Attempt attempt : attempts) {
            if (nowNanos >= attempt.dueNanos) {
                attempt.dueNanos = NEVER;
                if (Integer.compareUnsigned(creatorId, attempt.creatorId) > 0) {
                    output.connect(attempt.creatorId);
                } else {
                    output.listen(attempt.creatorId);
                }
            }
        }
    }

    /** When {@link #onDeadline(long)} is wanted, or {@link Long#MAX_VALUE}. It may change with every input. */
    public long nextDeadlineNanos() {
        long next = NEVER;
        for (Attempt attempt : attempts) {
            next = Math.min(next, attempt.dueNanos);
        }
        return next;
    }

    /** Whether a connection of this peer is to be let in. */
    public boolean expects(int peer) {
        return find(peer) != null && Integer.compareUnsigned(creatorId, peer) < 0;
    }

    /** Why there is no connection with the peer; null where there is one, or may be one soon. */
    public @Nullable String missing(int peer, long nowNanos) {
        Attempt attempt = find(peer);
        return attempt == null || attempt.open || nowNanos - attempt.sinceNanos < PATIENCE_NANOS ? null : attempt.why;
    }

    /** The peers with which there is or is to be a connection. */
    public int[] peers() {
        return attempts.stream().mapToInt(attempt -> attempt.creatorId).toArray();
    }

    private @Nullable Attempt find(int peer) {
        for (Attempt attempt : attempts) {
            if (attempt.creatorId == peer) {
                return attempt;
            }
        }
        return null;
    }
}
