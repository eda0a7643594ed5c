// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sequences of one virtual host: those that this node has sent, and those that it has heard with a proof. All nodes count in one line: each goes on from the highest that it has sent or heard. So a node
 * that has lost its memory needs no more than one advertisement of another one to be in order again.
 *
 * <p>A sequence is fresh when it is above the last one of its sender; that of a sender who was not heard in this life, when it is above all that were heard, now and in earlier lives. What
 * this node has sent itself does not count there: two nodes that begin at once send the same.
 *
 * <p>A node that becomes master begins a term: it leaves out {@value #TERM} sequences. So those of a node that has not heard of it, since it was stopped together with its clock, are told from those of one that has.
 * Not thread-safe.
 */
final class Sequences {
    /** A sender counts as new after this many others were heard since its last word. */
    static final int SENDERS = 32;

    /** A highest sequence grows by less than this while an advertisement is under way, or a node does not hear it. */
    static final long AHEAD = 1 << 16;

    /** More than a life that ended without a word leaves out, in most cases, and fewer than peers expect. */
    static final long TERM = 1024;

    private static final long NEAR = 64;
    private static final long GAP = 6;

    private final Map<Object, Long> last = new LinkedHashMap<>();
    private final SequenceReserve reserve;
    private long own;
    private long heard;
    /** The first sequence of the last term that this node began, or 0. */
    private long term;

    Sequences(SequenceMark before) {
        own = before.reserved();
        heard = before.heard();
        reserve = new SequenceReserve(before);
    }

    /** The next own one. It stays at the last where there are no more, which only another passphrase helps. */
    long next(@Nullable InetAddress sender) {
        own = Math.min(ProvenCounter.LAST_SEQUENCE, highest() + 1);
        last.put(stream(sender), own);
        return own;
    }

    /** This node becomes master: the next sequence is the first of its term. */
    void beginTerm() {
        term = Math.min(ProvenCounter.LAST_SEQUENCE, highest() + TERM);
        own = term - 1;
    }

    /** Where a fresh sequence stands that is not yet {@link #heard}. */
    SequencePlace place(long sequence) {
        if (isNewerTerm(sequence)) {
            // Who took over may have missed some of what was sent here, and has then begun lower.
            return sequence > highest() + TERM ? SequencePlace.NEWER_TERM : SequencePlace.NEXT_TERM;
        }
        if (sequence < term) {
            return SequencePlace.OLDER_TERM;
        }
        return sequence > highest() + GAP ? SequencePlace.AFTER_GAP : SequencePlace.NEXT;
    }

    private boolean isNewerTerm(long sequence) {
        return sequence >= highest() + TERM / 2;
    }

    /** Advertisements to hosts have no sender, and one line. */
    private static Object stream(@Nullable InetAddress sender) {
        return sender == null ? "hosts" : sender;
    }

    /**
     * Whether none of its sender had this sequence, or a later one.
     *
     * @param sender null for an advertisement to a host
     * @param isOurs whether this node has the sender's address itself
     */
    boolean isFresh(long sequence, @Nullable InetAddress sender, boolean isOurs) {
        Long known = last.get(stream(sender));
        return !isOurs && sequence > (known == null ? heard : known);
    }

    /** A fresh one was heard, with digest and proof. */
    void heard(long sequence, @Nullable InetAddress sender) {
        last.remove(stream(sender));
        if (last.size() >= SENDERS) {
            last.remove(last.keySet().iterator().next());
        }
        last.put(stream(sender), sequence);
        heard = Math.max(heard, sequence);
    }

    /**
     * A peer says on another path that the nodes are at least here.
     *
     * @param leads whether this node is master: then it hears of a newer term by an advertisement only, so that its own ones do not say before that it knew of it
     */
    void raise(long sequence, boolean leads) {
        if (leads && isNewerTerm(sequence)) {
            return;
        }
        heard = Math.max(heard, Math.min(sequence, ProvenCounter.LAST_SEQUENCE));
    }

    /** Whether nodes of this program may have used it: none is as far as others. */
    boolean isPlausible(long sequence) {
        return sequence > 0 && sequence <= highest() + AHEAD;
    }

    /** Whether a peer may send it now, or has just sent it. */
    boolean isNear(long sequence) {
        return sequence >= highest() - NEAR && sequence <= highest() + AHEAD;
    }

    /** What {@link #isNear} says yes to. */
    void expect(ExpectedCounters expected) {
        expected.addSequences(highest() - NEAR, highest() + AHEAD);
    }

    /** The highest that was sent or heard. */
    long highest() {
        return Math.max(own, heard);
    }

    /** What is to be kept for the next life now, or null while what was kept is enough. */
    @Nullable
    SequenceMark reserve(long nowNanos) {
        return reserve.next(highest(), heard, nowNanos);
    }

    /** At the end of a life: exactly what was sent and heard. */
    SequenceMark end() {
        return new SequenceMark(highest(), heard);
    }
}
