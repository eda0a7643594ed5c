// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.StateMapping;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.FlowSieve;
import io.mirrorcarp.conntrack.netlink.Ctnetlink;
import io.mirrorcarp.conntrack.netlink.EntryReader;
import io.mirrorcarp.conntrack.netlink.RequestWriter;
import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NetlinkSocket;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import io.mirrorcarp.pfsync.StateEvents;
import io.mirrorcarp.pfsync.message.StateRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the table, a batch at a time, on a socket of its own. The kernel writes a batch into the socket when the one before it is read,
 * so a dump that nobody goes on with costs one batch of memory. An entry may come twice; when the table is
 * resized meanwhile, and some may be missed, the dump begins anew. One that changed after the kernel wrote it down is left out, since an event has told of it.
 */
final class ConntrackDump implements AutoCloseable {
    /** The kernel writes up to this much at once, and less to a smaller buffer: about 130 entries. */
    private static final int BATCH_BYTES = 32_768;

    /** About 30 entries. */
    static final int SMALL_BATCH_BYTES = 8_192;

    private static final int REQUEST_BYTES = 64;
    private static final Path BUCKETS = Path.of("/proc/sys/net/netfilter/nf_conntrack_buckets");

    private static final Logger LOG = LoggerFactory.getLogger("conntrack");

    private final Admission told;
    private final ChangedFlows changed;
    private final FlushWitness witness;
    private final CounterSet<ConntrackCounter> counters;
    private final LongSupplier currentBuckets;
    private final MessageBatch largeBatch = new MessageBatch(1, BATCH_BYTES);
    private final MessageBatch smallBatch = new MessageBatch(1, SMALL_BATCH_BYTES);
    private MessageBatch batch = largeBatch;
    private final NetlinkWriter writer = new NetlinkWriter(ByteBuffer.allocateDirect(REQUEST_BYTES));
    private final NetlinkReader reader = new NetlinkReader();
    private final RequestWriter requests = new RequestWriter();
    private final ConntrackEntry entry = new ConntrackEntry();
    private final StateRecord record = new StateRecord();
    private @Nullable NetlinkSocket socket;
    private long buckets;
    private boolean running;
    private boolean requested;
    private boolean complaining;

    private final UncarriedFlows uncarried;
    private final OffloadedFlows offloaded;
    private final WaitingExpectations expectations = new WaitingExpectations();

    ConntrackDump(Admission told, ChangedFlows changed, FlushWitness witness, CounterSet<ConntrackCounter> counters) {
        this(told, changed, witness, counters, ConntrackDump::readBuckets);
    }

    /** @param buckets how many the hash of the table has now */
    ConntrackDump(
            Admission told,
            ChangedFlows changed,
            FlushWitness witness,
            CounterSet<ConntrackCounter> counters,
            LongSupplier buckets) {
        currentBuckets = buckets;
        this.told = told;
        uncarried = told.uncarried();
        offloaded = told.offloaded();
        this.changed = changed;
        this.witness = witness;
        this.counters = counters;
    }

    /** Whether a dump was started and neither ended nor was cancelled. */
    boolean isRunning() {
        return running;
    }

    /**
     * Starts a dump; does nothing when one is running.
     *
     * @param inBackground whether a batch is to be small
     */
    void start(boolean inBackground) {
        if (!running) {
            running = true;
            batch = inBackground ? smallBatch : largeBatch;
            counters.increment(ConntrackCounter.DUMPS);
            request();
        }
    }

    /** Ends the running dump. The kernel drops what it has written when the socket is closed. */
    void cancel() {
        running = false;
        requested = false;
        changed.stop();
        close();
    }

    /**
     * Reads one batch and tells of its entries and its end. Where the kernel refused or broke off, the batch is empty and the next call
     * starts again at the first entry.
     */
    void readBatch(StateEvents events) {
        if (!running) {
            return;
        }
        boolean last = false;
        NetlinkSocket source = socket;
        if (source == null || !requested) {
            request();
        } else if (changed.overflowed()) {
            again("more flows changed than can be remembered");
        } else {
            int received = source.receive(batch);
            if (received < 0) {
                again(new ErrnoException("read the dump", -received).getMessage());
            } else if (received > 0) {
                last = readEntries(batch.payload(0), events);
                changed.clear();
            }
        }
        if (last) {
            uncarried.endDump();
            offloaded.endDump();
            cancel();
        }
        events.onDumpBatchEnd(last);
    }

    /** Returns whether the dump is complete. */
    private boolean readEntries(ByteBuffer datagram, StateEvents events) {
        reader.reset(datagram);
        while (reader.next()) {
            switch (reader.type()) {
                case Ctnetlink.TYPE_NEW -> readEntry(events);
                case Netlink.TYPE_DONE -> {
                    if (reader.error() == 0 && buckets != currentBuckets.getAsLong()) {
                        again("the table was resized");
                        return false;
                    }
                    if (reader.error() == 0) {
                        complaining = false;
                        return true;
                    }
                    again(new ErrnoException("dump the table", reader.error()).getMessage());
                    return false;
                }
                case Netlink.TYPE_ERROR -> {
                    again(new ErrnoException("dump the table", reader.error()).getMessage());
                    return false;
                }
                default -> counters.increment(ConntrackCounter.MALFORMED);
            }
        }
        if (reader.malformed()) {
            counters.increment(ConntrackCounter.MALFORMED);
        }
        return false;
    }

    private void readEntry(StateEvents events) {
        counters.increment(ConntrackCounter.DUMP_ENTRIES);
        if (!EntryReader.read(reader, entry)) {
            counters.increment(ConntrackCounter.MALFORMED);
            return;
        }
        offloaded.onEntry(entry);
        if (witness.is(entry) || !FlowSieve.isPossible(entry)) {
            counters.increment(ConntrackCounter.FILTERED);
        } else if (uncarried.notices(entry)) {
            counters.increment(ConntrackCounter.UNCARRIED);
        } else if (!changed.contains(entry)) {
            if (!told.takes(entry)) {
                counters.increment(ConntrackCounter.FILTERED);
            }
            tell(events);
        }
    }

    /** Tells of the entry, with what its helper expects: several times where one record has no room for all of that. */
    private void tell(StateEvents events) {
        boolean carried = !expectations.has(entry) || !uncarried.noticesExpectation(entry);
        int expectation = 0;
        do {
            expectation = carried ? expectations.attach(entry, expectation) : WaitingExpectations.NO_MORE;
            StateMapping.toRecord(entry, record);
            record.admitted = told.takes(entry);
            events.onDumpEntry(record);
        } while (expectation != WaitingExpectations.NO_MORE);
    }

    private void request() {
        close();
        requested = false;
        try {
            NetlinkSocket opened = NetlinkSocket.open(Netlink.PROTOCOL_NETFILTER);
            socket = opened;
            changed.start();
            uncarried.beginDump();
            offloaded.beginDump();
            expectations.read();
            buckets = currentBuckets.getAsLong();
            requests.dump(writer.clear(), 1);
            int errno = opened.send(writer.flip());
            if (errno == 0) {
                requested = true;
            } else {
                again(new ErrnoException("ask for a dump", errno).getMessage());
            }
        } catch (ErrnoException e) {
            again(e.getMessage());
        }
    }

    /** The number of hash buckets: when it changes meanwhile, a dump may miss entries. */
    private static long readBuckets() {
        try {
            return Long.parseLong(Files.readString(BUCKETS).strip());
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    private void again(@Nullable String reason) {
        close();
        requested = false;
        counters.increment(ConntrackCounter.DUMP_ERRORS);
        if (!complaining) {
            complaining = true;
            LOG.warn("dump starts again: {}", reason);
        }
    }

    @Override
    public void close() {
        NetlinkSocket open = socket;
        socket = null;
        if (open != null) {
            open.close();
        }
    }
}
