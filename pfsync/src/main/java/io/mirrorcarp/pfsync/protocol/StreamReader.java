// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.pfsync.claims.Importer;
import io.mirrorcarp.pfsync.equality.BulkReceiver;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.ChangeDecoder;
import io.mirrorcarp.pfsync.message.Rejection;
import io.mirrorcarp.pfsync.session.Peer;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import org.jspecify.annotations.Nullable;

/** Reads the frames of a peer's stream, and gives each change to the room that it is for. */
final class StreamReader {
    private final Importer importer;
    private final BulkReceiver bulk;
    private final CounterSet<PfsyncCounter> counters;
    private final ChangeDecoder decoder = new ChangeDecoder();
    private final Change change = new Change();

    StreamReader(Importer importer, BulkReceiver bulk, CounterSet<PfsyncCounter> counters) {
        this.importer = importer;
        this.bulk = bulk;
        this.counters = counters;
    }

    /**
     * Applies one frame.
     *
     * @return false when a bulk update ended with entries missing, so that it must be asked for again
     */
    boolean apply(Peer peer, byte[] payload, int length, long nowNanos) {
        boolean whole = true;
        decoder.wrap(payload, 0, length);
        while (decoder.next(change)) {
            counters.increment(PfsyncCounter.in(change.action));
            whole &= apply(peer, nowNanos);
        }
        @Nullable Rejection rejection = decoder.rejection();
        if (rejection != null) {
            counters.increment(PfsyncCounter.of(rejection));
        }
        return whole;
    }

    private boolean apply(Peer peer, long nowNanos) {
        switch (change.action) {
            case INSERT, UPDATE, DELETE -> importer.apply(peer, change, nowNanos);
            case BULK -> {
                if (bulk.onEntry(peer, change, nowNanos)) {
                    importer.apply(peer, change, nowNanos);
                }
            }
            case BULK_START -> bulk.onStart(peer, change, nowNanos);
            case DIGESTS -> bulk.onDigests(peer, change, nowNanos);
            case BULK_END -> {
                return bulk.onEnd(peer, change, nowNanos);
            }
        }
        return true;
    }
}
