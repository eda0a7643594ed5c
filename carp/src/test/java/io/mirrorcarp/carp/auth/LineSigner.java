// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** The line of sequences of one node, without digests: for simulations that need many. What a life reserved outlasts it. */
public final class LineSigner {
    private SequenceMark mark = SequenceMark.NONE;
    private Sequences sequences = new Sequences(mark);

    public long next(InetAddress sender) {
        long next = sequences.next(sender);
        keep(0);
        return next;
    }

    public void beginTerm() {
        sequences.beginTerm();
    }

    /** Where one stands that was heard, or null for one that is not fresh. */
    public @Nullable SequencePlace hear(long sequence, InetAddress sender, long nowNanos) {
        if (!sequences.isFresh(sequence, sender, false)) {
            return null;
        }
        SequencePlace place = sequences.place(sequence);
        sequences.heard(sequence, sender);
        keep(nowNanos);
        return place;
    }

    private void keep(long nowNanos) {
        SequenceMark next = sequences.reserve(nowNanos);
        mark = next == null ? mark : next;
    }

    /** The node begins another life. */
    public void restart() {
        sequences = new Sequences(mark);
    }
}
