// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.NewGroup;
import io.mirrorcarp.conntrack.OpeningRate;
import io.mirrorcarp.conntrack.StateMapping;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.ConntrackStatus;
import io.mirrorcarp.conntrack.entry.FlowSieve;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.conntrack.entry.TcpConntrack;
import io.mirrorcarp.conntrack.netlink.Ctnetlink;
import io.mirrorcarp.conntrack.netlink.EntryReader;
import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.Descriptor;
import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NetlinkSocket;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.pfsync.StateEvents;
import io.mirrorcarp.pfsync.message.FlowEnd;
import io.mirrorcarp.pfsync.message.StateRecord;
import java.nio.ByteBuffer;

/** The kernel's events, but for those that an {@link EventFilter} drops. */
final class ConntrackEventSocket implements AutoCloseable {
    private static final int BATCH = 64;
    private static final int EVENT_BYTES = 2048;
    /** Batches read before other work of the loop has its turn. */
    private static final int BATCHES_AT_ONCE = 8;

    /** The kernel repeats a DESTROY after a second, and then every few milliseconds as long as there is no room. */
    private static final long LATE_NANOS = 60_000_000_000L;

    private final NetlinkSocket socket;
    private final ConntrackSettings settings;
    private final Admission told;
    private final EntryLookup lookup;
    private final ChangedFlows changed;
    private final FlushWitness witness;
    private final CounterSet<ConntrackCounter> counters;
    private final MessageBatch batch = new MessageBatch(BATCH, EVENT_BYTES);
    private final NetlinkReader reader = new NetlinkReader();
    private final ConntrackEntry entry = new ConntrackEntry();
    private final StateRecord record = new StateRecord();
    private final OpeningRate openings = new OpeningRate();
    private final NewGroup newGroup = new NewGroup();
    private final UncarriedFlows uncarried;
    private final ConntrackEntry master = new ConntrackEntry();
    private final int importPortId;
    private boolean halfOpenTold = true;
    private boolean listening = true;
    private boolean asymmetric;
    private boolean proxied;
    private boolean endsMayBeLate;
    private long overrunNanos;

    private ConntrackEventSocket(
            NetlinkSocket socket,
            ConntrackSettings settings,
            Admission told,
            int importPortId,
            EntryLookup lookup,
            ChangedFlows changed,
            FlushWitness witness,
            CounterSet<ConntrackCounter> counters) {
        uncarried = told.uncarried();
        this.witness = witness;
        this.socket = socket;
        this.importPortId = importPortId;
        this.settings = settings;
        this.told = told;
        this.lookup = lookup;
        this.changed = changed;
        this.counters = counters;
    }

    /**
     * Opens the socket; from then on the kernel queues events.
     *
     * @param importPortId the port id whose changes are no news
     */
    static ConntrackEventSocket open(
            ConntrackSettings settings,
            Admission told,
            int importPortId,
            EntryLookup lookup,
            ChangedFlows changed,
            FlushWitness witness,
            CounterSet<ConntrackCounter> counters)
            throws ErrnoException {
        NetlinkSocket socket = NetlinkSocket.open(Netlink.PROTOCOL_NETFILTER);
        try {
            socket.setReceiveBuffer(settings.eventBufferBytes());
            socket.setBroadcastError(settings.reliableDestroy());
            // Before joining, or the first events would pass unfiltered.
            socket.setFilter(EventFilter.of(importPortId, true));
            socket.join(Ctnetlink.GROUP_NEW);
            socket.join(Ctnetlink.GROUP_UPDATE);
            socket.join(Ctnetlink.GROUP_DESTROY);
            socket.join(Ctnetlink.GROUP_EXPECT_NEW);
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
        return new ConntrackEventSocket(socket, settings, told, importPortId, lookup, changed, witness, counters);
    }

    /** For the event loop. */
    Descriptor descriptor() {
        return socket.descriptor();
    }

    /**
     * Tells of the events that wait, up to a limit that lets the loop breathe, and of the end of the burst.
     *
     * @return whether there were some, and none is left
     */
    boolean drain(StateEvents events) {
        boolean any = false;
        boolean emptied = false;
        for (int i = 0; i < BATCHES_AT_ONCE; i++) {
            int received = socket.receive(batch);
            if (received == -Errno.ENOBUFS) {
                counters.increment(ConntrackCounter.OVERRUNS);
                endsMayBeLate = settings.reliableDestroy();
                overrunNanos = System.nanoTime();
                events.onOverrun();
                any = true;
                continue;
            }
            if (received < 0) {
                throw new IllegalStateException(new ErrnoException("read conntrack events", -received));
            }
            for (int slot = 0; slot < received; slot++) {
                readDatagram(batch.payload(slot), events);
            }
            any |= received > 0;
            if (received < BATCH) {
                emptied = any;
                break;
            }
        }
        if (any) {
            uncarried.publish();
            events.onBurstEnd();
        }
        return emptied;
    }

    /** Whether TCP connections are told when they begin, and not only when they are established. */
    boolean tellsHalfOpen() {
        return halfOpenTold;
    }

    /** Every step of a handshake is told from now on, since the next one may be another node's to judge; or only what a failover needs. */
    void setAsymmetric(boolean on) throws ErrnoException {
        asymmetric = on;
        socket.setFilter(filter(halfOpenTold));
    }

    /** Every step of a handshake is told from now on, unless half-open connections are not told at all; or only what a failover needs. */
    void setProxied(boolean on) throws ErrnoException {
        proxied = on;
        socket.setFilter(filter(halfOpenTold));
    }

    private BpfProgram filter(boolean halfOpen) {
        return asymmetric || (proxied && halfOpen)
                ? EventFilter.ofEchoes(importPortId)
                : EventFilter.of(importPortId, halfOpen);
    }

    /** Whether the kernel is asked for events of new flows: {@link NewGroup}. */
    boolean listensToNew() {
        return listening;
    }

    /** Tells of half-open connections or does not, as the rate has it at which connections open; and listens to new flows or does not; to be called between two readings. */
    void adapt(StateEvents events, long nowNanos) {
        adaptHalfOpen(events, nowNanos);
        boolean listens = newGroup.listens(!halfOpenTold, counters.value(ConntrackCounter.CREATED), nowNanos);
        setListening(listens || asymmetric);
        if (halfOpenTold && newGroup.takeMissed()) {
            events.onHalfOpenTold(true);
        }
    }

    private void setListening(boolean listens) {
        if (listens == listening) {
            return;
        }
        try {
            if (listens) {
                socket.join(Ctnetlink.GROUP_NEW);
            } else {
                socket.leave(Ctnetlink.GROUP_NEW);
            }
        } catch (ErrnoException e) {
            // The next reading tries again.
            return;
        }
        listening = listens;
    }

    private void adaptHalfOpen(StateEvents events, long nowNanos) {
        boolean halfOpen = !openings.isHigh(nowNanos) || asymmetric;
        if (halfOpen != halfOpenTold) {
            try {
                socket.setFilter(filter(halfOpen));
            } catch (ErrnoException e) {
                // The filter of before stays, and the next reading tries again.
                return;
            }
            halfOpenTold = halfOpen;
            if (!halfOpen) {
                counters.increment(ConntrackCounter.FLOODS);
            }
            events.onHalfOpenTold(halfOpen);
            events.onNotice(
                    halfOpen
                            ? "fewer connections open: peers are told of half-open ones again"
                            : "more than " + OpeningRate.HIGH_PER_SECOND
                                    + " connections open each second: peers are told when they are established");
        }
    }

    private void readDatagram(ByteBuffer datagram, StateEvents events) {
        reader.reset(datagram);
        while (reader.next()) {
            boolean expectation = reader.type() == Ctnetlink.TYPE_EXPECT_NEW;
            boolean read = !expectation && EntryReader.read(reader, entry);
            if (read && witness.is(entry)) {
                readWitness(events);
                continue;
            }
            counters.increment(ConntrackCounter.EVENTS);
            if (expectation) {
                readExpectation(events);
            } else if (read) {
                readEvent(events);
            }
        }
        if (reader.malformed()) {
            counters.increment(ConntrackCounter.MALFORMED);
        }
    }

    private void readWitness(StateEvents events) {
        boolean ended = reader.type() == Ctnetlink.TYPE_DELETE;
        if (ended && witness.onEnd(entry, end() == FlowEnd.DELETED, System.nanoTime())) {
            events.onFlushed();
        }
    }

    private void readEvent(StateEvents events) {
        int type = reader.type();
        boolean known = type == Ctnetlink.TYPE_NEW || type == Ctnetlink.TYPE_DELETE;
        if (!known || !FlowSieve.isPossible(entry)) {
            counters.increment(ConntrackCounter.FILTERED);
        } else if (type == Ctnetlink.TYPE_NEW && uncarried.notices(entry)) {
            counters.increment(ConntrackCounter.UNCARRIED);
        } else {
            tell(events);
        }
    }

    /** A helper expects a flow: that changes its master, whose sequence numbers the same packet may have moved without an event. */
    private void readExpectation(StateEvents events) {
        if (!EntryReader.readExpectation(reader, master)) {
            counters.increment(ConntrackCounter.MALFORMED);
            return;
        }
        entry.copyFrom(master);
        if (lookup.complete(entry) && FlowSieve.isPossible(entry) && !uncarried.notices(entry)) {
            if (uncarried.noticesExpectation(entry)) {
                return;
            }
            if (!entry.attachment.append(master.attachment)) {
                counters.increment(ConntrackCounter.MALFORMED);
            }
            changed.add(entry.original, entry.zone);
            StateMapping.toRecord(entry, record);
            record.admitted = told.takes(entry);
            events.onUpdate(record);
        }
    }

    private void tell(StateEvents events) {
        boolean ended = reader.type() == Ctnetlink.TYPE_DELETE;
        if (ended) {
            uncarried.onEnd(entry);
        }
        if (ended && endsMayBeLate && isSucceeded()) {
            counters.increment(ConntrackCounter.LATE);
            return;
        }
        changed.add(entry.original, entry.zone);
        boolean began = Ctnetlink.isInsert(reader);
        if (began) {
            newGroup.onBeginning();
        } else {
            newGroup.onOther();
        }
        if (!ended && isOpening(began)) {
            openings.onOpening();
        }
        // The kernel tells the state only in events that changed it, and a record must not say "none" of an established
        // flow. Nor does it show in each what belongs to
        // the flow besides.
        boolean incomplete = !entry.hasProtocolState && hasProtocolState(entry.original.protocol);
        if (!ended && (incomplete || (entry.status & ConntrackStatus.WITH_ATTACHMENT) != 0)) {
            lookup.complete(entry);
        }
        StateMapping.toRecord(entry, record);
        record.byProgram = reader.portId() != 0;
        record.admitted = told.takes(entry);
        if (!record.admitted) {
            counters.increment(ConntrackCounter.FILTERED);
        }
        if (ended) {
            events.onDelete(record, end());
        } else if (began) {
            events.onInsert(record);
        } else {
            events.onUpdate(record);
        }
    }

    /** Whether an event is the first that is told of a TCP connection. One in ESTABLISHED that shows the state follows a handshake. */
    private boolean isOpening(boolean began) {
        return entry.original.protocol == IpProtocol.TCP
                && entry.hasProtocolState
                && entry.protocolState == (halfOpenTold ? TcpConntrack.SYN_SENT : TcpConntrack.ESTABLISHED)
                && began == halfOpenTold;
    }

    /**
     * A timeout that is left over shows that it did not run out; who asked for the end is named by its port id. The kernel itself ends a connection whose first packet
     * is answered with a reset, and one whose tuple a new one takes (nf_ct_kill() in nf_conntrack_proto_tcp.c): their state shows that they are over.
     */
    private FlowEnd end() {
        if (!entry.hasTimeout) {
            return FlowEnd.EXPIRED;
        }
        if (reader.portId() != 0) {
            return FlowEnd.DELETED;
        }
        boolean over = entry.original.protocol == IpProtocol.TCP
                && entry.hasProtocolState
                && (entry.protocolState == TcpConntrack.TIME_WAIT || entry.protocolState == TcpConntrack.CLOSE);
        return over ? FlowEnd.CLOSED : FlowEnd.EVICTED;
    }

    /**
     * After an overrun the kernel tells of ends that it could not tell of in time, and another flow may have begun with the same tuple
     * meanwhile. Its life counts, not the end of the one before.
     */
    private boolean isSucceeded() {
        if (System.nanoTime() - overrunNanos > LATE_NANOS) {
            endsMayBeLate = false;
            return false;
        }
        return lookup.exists(entry);
    }

    private static boolean hasProtocolState(int protocol) {
        return protocol == IpProtocol.TCP || protocol == IpProtocol.SCTP;
    }

    @Override
    public void close() {
        socket.close();
    }
}
