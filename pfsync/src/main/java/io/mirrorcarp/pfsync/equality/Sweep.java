// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.equality;

import io.mirrorcarp.pfsync.claims.ClaimParts;
import io.mirrorcarp.pfsync.claims.Exporter;
import io.mirrorcarp.pfsync.claims.Importer;
import io.mirrorcarp.pfsync.flows.FlowEntry;
import io.mirrorcarp.pfsync.flows.FlowHash;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.pfsync.session.PeerTable;
import io.mirrorcarp.pfsync.session.StreamSender;

/**
 * Reads the local table now and then, and compares it with the index, since the digests are only as right as the index is. Slowly in the
 * background every 30 s, a large table every {@value #PERIOD_NANOS} ns, and when half-open connections are told again, and at once after the kernel lost events: what they would have
 * told is told now. It also carries out what waits for a flow's tuple: the end of flows that their owner no longer has.
 */
public final class Sweep implements TableDump.Reader {
    public static final long PERIOD_NANOS = 300_000_000_000L;
    /** A small table is read more often: so long after the last time, and so much longer for each flow. */
    private static final long SHORTEST_PERIOD_NANOS = 30_000_000_000L;

    private static final long PERIOD_NANOS_PER_FLOW = 300_000;
    /** Between two batches in the background. */
    private static final long PACE_NANOS = 5_000_000;
    /** How long half-open connections are told again before earlier ones are looked for. During a SYN flood that state lasts only as long as it takes to notice the flood. */
    private static final long CALM_NANOS = 2_000_000_000L;
    /** After the background sweep made way for a bulk update. */
    private static final long AGAIN_NANOS = 10_000_000_000L;

    private final TableDump dump;
    private final FlowIndex index;
    private final FlowHash flowHash;
    private final Exporter exporter;
    private final Importer importer;
    private final PeerTable peers;
    private final EqualityTable equalities;
    private final BulkServer bulkServer;
    private final Verification verification;
    private final StreamSender stream;
    private boolean running;
    private boolean urgent;
    private boolean wanted;
    private boolean found;
    private long dueNanos = Long.MAX_VALUE;
    private long calmNanos = Long.MAX_VALUE;
    private long batchNanos;
    private long nowNanos;

    /** @param bulkServer whose dumps go before a sweep in the background */
    public Sweep(
            ClaimParts parts,
            EqualityTable equalities,
            TableDump dump,
            Exporter exporter,
            Importer importer,
            BulkServer bulkServer,
            Verification verification) {
        index = parts.index();
        flowHash = parts.flowHash();
        peers = parts.session().peers();
        stream = parts.session().stream();
        this.equalities = equalities;
        this.dump = dump;
        this.exporter = exporter;
        this.importer = importer;
        this.bulkServer = bulkServer;
        this.verification = verification;
    }

    /** The table was read once: sweeps begin. */
    public void schedule(long now) {
        if (dueNanos == Long.MAX_VALUE) {
            dueNanos = now + periodNanos();
        }
    }

    private long periodNanos() {
        return Math.min(PERIOD_NANOS, SHORTEST_PERIOD_NANOS + index.size() * PERIOD_NANOS_PER_FLOW);
    }

    /** Whether no sweep is wanted or runs but in the background. */
    public boolean isCalm() {
        return !wanted && !(running && urgent);
    }

    /** Wants a sweep that begins from now on, as fast as the peers can follow. */
    public void hasten() {
        wanted = true;
    }

    /** Wants a sweep in the background of what was not told while half-open connections were not, unless they soon are not again. */
    public void onHalfOpenTold(boolean told, long now) {
        calmNanos = told ? now + CALM_NANOS : Long.MAX_VALUE;
    }

    /** Begins, or makes way, when it is time. */
    public void pump(long now) {
        nowNanos = now;
        wanted |= bulkServer.takeSweepWanted();
        boolean hurry = wanted || (index.count(FlowEntry.DOOMED) > 0 && !equalities.anyWishOpen());
        if (running && !urgent && (hurry || bulkServer.anyRequested())) {
            running = false;
            dueNanos = now + AGAIN_NANOS;
            dump.cancel();
        }
        if (!running && dump.isFree() && (hurry || now >= nextNanos())) {
            running = true;
            urgent = hurry;
            wanted = false;
            found = false;
            calmNanos = now >= calmNanos ? Long.MAX_VALUE : calmNanos;
            batchNanos = now;
            index.beginSweep();
            dump.begin(this);
        }
    }

    /** When {@link #pump(long)} has something to do, or {@link Long#MAX_VALUE}. */
    public long deadlineNanos() {
        if (!running) {
            return nextNanos();
        }
        return batchNanos > nowNanos ? batchNanos : Long.MAX_VALUE;
    }

    private long nextNanos() {
        boolean scheduled = dueNanos != Long.MAX_VALUE;
        return scheduled ? Math.min(dueNanos, calmNanos) : Long.MAX_VALUE;
    }

    @Override
    public boolean isInBackground() {
        return !urgent;
    }

    @Override
    public boolean hasRoom() {
        return nowNanos >= batchNanos && peers.keepUp(stream.sequence(), BulkServer.WINDOW_FRAMES);
    }

    @Override
    public void onEntry(StateRecord state, long now) {
        long hash = flowHash.of(state.original, state.zone);
        long entry = index.get(hash);
        if (FlowEntry.isDoomed(entry) && !equalities.anyWishOpen()) {
            onDoomed(state, hash, now);
        } else {
            exporter.onSighted(state, hash, now);
        }
    }

    /**
     * Its owner no longer has it. That is no proof of its end: it may be another peer's by now, whose word did not come yet, so all that peers have must be
     * here first; and it may have moved here by packets that make no event.
     */
    private void onDoomed(StateRecord state, long hash, long now) {
        if (index.isInUse(hash, state.timeoutSeconds, now)) {
            importer.claimInUse(state, FlowEntry.version(index.get(hash)), now);
        } else {
            verification.onEnded(state);
            importer.deleteEnded(state);
            index.remove(hash);
        }
    }

    @Override
    public void onBatchEnd(boolean last, long now) {
        exporter.flush(now);
        batchNanos = urgent ? now : now + PACE_NANOS;
        if (last) {
            running = false;
            dueNanos = now + periodNanos();
            found = index.endSweep(now) > 0;
            bulkServer.onSwept(now);
        }
    }

    /** Whether the sweep that ended last found flows that are gone: true once. */
    public boolean takeFound() {
        boolean taken = found;
        found = false;
        return taken;
    }
}
