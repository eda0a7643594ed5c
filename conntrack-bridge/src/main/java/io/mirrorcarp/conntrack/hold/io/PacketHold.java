// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold.io;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.hold.HoldActions;
import io.mirrorcarp.conntrack.hold.HoldDecision;
import io.mirrorcarp.conntrack.hold.HoldQueue;
import io.mirrorcarp.conntrack.hold.PacketTuple;
import io.mirrorcarp.conntrack.hold.QueuedPacket;
import io.mirrorcarp.conntrack.hold.TupleHash;
import io.mirrorcarp.conntrack.io.ConntrackCounter;
import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.netio.Descriptor;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.Rtnetlink;
import io.mirrorcarp.pfsync.message.FlowTuple;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.agrona.collections.Int2ObjectHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the packets of this kernel that outran their state: reads them from the queue, asks the {@link HoldQueue}, keeps those that wait, and sends them in again.
 *
 * <p>The kernel keeps each packet as well until its verdict. One that waited in vain is accepted then, and goes on to the filters as if nobody had held it; of one that
 * came in again the first is dropped. It allocates nothing for a packet. For one thread.
 */
final class PacketHold implements HoldActions, PacketQueue.Receiver, StateNotices.Receiver, AutoCloseable {
    /** How many packets wait at most. */
    static final int CAPACITY = 4_096;

    private static final int MEMORY_BYTES = 16 << 20;
    private static final int SHORTEST_COPY_BYTES = 1_500;
    private static final int LONGEST_COPY_BYTES = 9_216;
    private static final int ETHERNET_HEADER = 14;
    private static final int BATCHES_AT_ONCE = 16;

    private static final Logger LOG = LoggerFactory.getLogger("conntrack");

    private final TupleHash hash;
    private final CounterSet<ConntrackCounter> counters;
    private final Rtnetlink rtnetlink;
    private final PacketQueue packets;
    private final StateNotices notices;
    private final HoldRules rules;
    private final HoldQueue queue;
    private final Int2ObjectHashMap<Reentry> reentries = new Int2ObjectHashMap<>();
    private final FlowTuple tuple = new FlowTuple();
    private final FlowTuple source = new FlowTuple();
    private final FlowTuple passedOver = new FlowTuple();
    /** A frame for each slot, and one more for a packet that does not wait. */
    private final ByteBuffer frames;

    private final int frameBytes;
    private final int capacity;
    private final int[] lengths;
    private final int[] interfaces;
    private long nowNanos;

    private PacketHold(TupleHash hash, CounterSet<ConntrackCounter> counters, int copyBytes, List<AutoCloseable> opened)
            throws ErrnoException {
        this.hash = hash;
        this.counters = counters;
        frameBytes = (ETHERNET_HEADER + copyBytes + 63) & ~63;
        capacity = Math.min(CAPACITY, MEMORY_BYTES / frameBytes);
        frames = ByteBuffer.allocateDirect((capacity + 1) * frameBytes);
        lengths = new int[capacity + 1];
        interfaces = new int[capacity + 1];
        queue = new HoldQueue(capacity, this);
        rtnetlink = Rtnetlink.open();
        opened.add(rtnetlink);
        notices = StateNotices.open();
        opened.add(notices);
        packets = PacketQueue.open(copyBytes, capacity);
        opened.add(packets);
        rules = HoldRules.open(packets.number());
        opened.add(rules);
    }

    /**
     * Begins in the network namespace of the calling thread, with no interface yet.
     *
     * @param longest the longest packet that is expected, in bytes
     * @throws ErrnoException with what is missing
     */
    static PacketHold open(TupleHash hash, CounterSet<ConntrackCounter> counters, int longest) throws ErrnoException {
        List<AutoCloseable> opened = new ArrayList<>();
        int copyBytes = Math.max(SHORTEST_COPY_BYTES, Math.min(longest, LONGEST_COPY_BYTES));
        try {
            return new PacketHold(hash, counters, copyBytes, opened);
        } catch (ErrnoException e) {
            closeAll(opened);
            throw e;
        }
    }

    private static void closeAll(List<AutoCloseable> opened) {
        for (AutoCloseable one : opened) {
            try {
                one.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The two descriptors, for the event loop: {@link #drain} is to be called when one is readable. */
    List<Descriptor> descriptors() {
        return List.of(notices.descriptor(), packets.descriptor());
    }

    /** To be called each second: forgives sources, and holds packets of these interfaces and of no others. One that is not there, or is another one now, is looked for with the next call. */
    void hold(Set<String> devices) throws ErrnoException {
        passedOver.clear();
        rules.forgive();
        for (Link link : rtnetlink.links()) {
            Reentry known = reentries.get(link.index());
            boolean wanted = devices.contains(link.name()) && link.isUp();
            if (known != null && !(wanted && known.leadsTo(link))) {
                rules.remove(link.index());
                reentries.remove(link.index()).close();
                known = null;
            }
            if (wanted && known == null) {
                reentries.put(link.index(), Reentry.open(rtnetlink, link));
                rules.add(link.index());
            }
        }
    }

    /** Does what there is to do. */
    void drain(long now) {
        nowNanos = now;
        for (int i = 0; i < BATCHES_AT_ONCE; i++) {
            boolean states = notices.receive(this);
            boolean arrived = packets.receive(this);
            packets.flush();
            if (!states && !arrived) {
                break;
            }
        }
    }

    /** Gives up what waited long enough. */
    void onTime(long now) {
        queue.onTime(now);
        packets.flush();
    }

    /** When {@link #onTime} is due, or {@link Long#MAX_VALUE}. */
    long nextDeadlineNanos() {
        return queue.nextDeadlineNanos();
    }

    @Override
    public void onState(ConntrackEntry entry) {
        queue.onState(hash.of(entry.original, 0), nowNanos);
        queue.onState(hash.of(entry.reply, 0), nowNanos);
    }

    @Override
    public void onStatesLost() {
        queue.onStatesLost();
    }

    @Override
    public void onPacket(QueuedPacket packet, ByteBuffer message) {
        Reentry reentry = reentries.get(packet.ifindex());
        boolean whole = packet.isWhole() && packet.payloadLength() <= frameBytes - ETHERNET_HEADER;
        if (!whole) {
            counters.increment(ConntrackCounter.HELD_TOO_LONG);
        }
        int start = packet.payloadOffset();
        if (reentry == null || !whole || !PacketTuple.read(message, start, start + packet.payloadLength(), tuple)) {
            packets.verdict(packet.id(), true);
            return;
        }
        HoldDecision decision = queue.onPacket(packet.id(), hash.of(tuple, 0), sourceHash(), nowNanos);
        switch (decision) {
            case HOLD -> {
                counters.increment(ConntrackCounter.HELD);
                keep(queue.slot(), packet, message, reentry);
            }
            case ADMIT -> {
                counters.increment(ConntrackCounter.HELD_LATE);
                keep(capacity, packet, message, reentry);
                enter(capacity);
                packets.verdict(packet.id(), false);
            }
            case STRAY -> refuse(ConntrackCounter.HELD_STRAY, packet);
            case STRAY_SOURCE -> {
                refuse(ConntrackCounter.HELD_STRAY_SOURCE, packet);
                passOverSource();
            }
            case FULL -> refuse(ConntrackCounter.HELD_FULL, packet);
        }
    }

    private void refuse(ConntrackCounter reason, QueuedPacket packet) {
        counters.increment(reason);
        packets.verdict(packet.id(), true);
    }

    /** The rules pass the source over from now on. Packets of it that are in the queue already ask for the same. */
    private void passOverSource() {
        if (source.sameAs(passedOver)) {
            return;
        }
        passedOver.copyFrom(source);
        boolean ipv4 = source.family == FlowTuple.FAMILY_IPV4;
        byte[] address = ipv4
                ? ByteBuffer.allocate(Integer.BYTES)
                        .putInt((int) source.sourceLow)
                        .array()
                : ByteBuffer.allocate(Long.BYTES).putLong(source.sourceHigh).array();
        try {
            rules.passOver(address);
        } catch (ErrnoException e) {
            // The queue decides on its packets, one by one.
            LOG.debug("{}", e.getMessage());
        }
    }

    /** A host has many IPv6 addresses, of one /64. */
    private long sourceHash() {
        source.clear();
        source.family = tuple.family;
        source.sourceHigh = tuple.sourceHigh;
        source.sourceLow = tuple.family == FlowTuple.FAMILY_IPV6 ? 0 : tuple.sourceLow;
        return hash.of(source, 0);
    }

    private void keep(int slot, QueuedPacket packet, ByteBuffer message, Reentry reentry) {
        int start = slot * frameBytes;
        frames.clear().position(start);
        reentry.device().mac().put(frames);
        for (int shift = 40; shift >= 0; shift -= 8) {
            frames.put((byte) (packet.sourceMac() >>> shift));
        }
        frames.putShort((short) packet.etherType());
        frames.put(frames.position(), message, packet.payloadOffset(), packet.payloadLength());
        lengths[slot] = ETHERNET_HEADER + packet.payloadLength();
        interfaces[slot] = packet.ifindex();
    }

    private void enter(int slot) {
        int start = slot * frameBytes;
        Reentry reentry = reentries.get(interfaces[slot]);
        frames.clear().position(start).limit(start + lengths[slot]);
        if (reentry == null || reentry.write(frames) != 0) {
            counters.increment(ConntrackCounter.HELD_LOST);
        }
    }

    @Override
    public void admit(int packetId, int slot) {
        counters.increment(ConntrackCounter.HELD_RELEASED);
        enter(slot);
        packets.verdict(packetId, false);
    }

    @Override
    public void giveUp(int packetId, int slot) {
        counters.increment(ConntrackCounter.HELD_EXPIRED);
        packets.verdict(packetId, true);
    }

    /** Nothing is sent into the queue any more, and what waits goes on. */
    @Override
    public void close() {
        rules.close();
        drain(nowNanos);
        onTime(Long.MAX_VALUE);
        packets.close();
        notices.close();
        reentries.values().forEach(Reentry::close);
        rtnetlink.close();
    }
}
