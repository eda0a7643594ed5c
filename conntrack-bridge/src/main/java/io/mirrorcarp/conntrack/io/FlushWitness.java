// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static io.mirrorcarp.pfsync.message.FlowTuple.FAMILY_IPV4;
import static io.mirrorcarp.pfsync.message.FlowTuple.FAMILY_IPV6;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.ConntrackStatus;
import io.mirrorcarp.conntrack.netlink.RequestWriter;
import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NetlinkSocket;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * Two entries that no packet has and no usual filter names, kept in the table: when a program has deleted both, it flushed the table. The events of a flush
 * do not differ from those of deletions one by one, and a filter may name every connection that there is. The entries are of protocol 253 (for experiments, RFC 3692)
 * in zone 65535: one of IPv4 without a reply, from and to 192.0.0.8 (the dummy address of RFC 7600), and one of IPv6 that is assured, from and to 100::8 (to be
 * discarded, RFC 6666). Their mark names the table, also where the network namespace was made anew and got the inode of the old one, or the table was flushed while no
 * daemon ran.
 */
final class FlushWitness implements AutoCloseable {
    private static final int PROTOCOL = 253;
    private static final int ZONE = 65_535;
    private static final long ADDRESS_IPV4 = 0xc000_0008L;
    private static final long PREFIX_IPV6 = 0x0100L << 48;
    private static final long SUFFIX_IPV6 = 8;
    private static final long TIMEOUT_SECONDS = 2_000_000;
    /** A flush may still be under way. */
    private static final long AGAIN_NANOS = 500_000_000;

    private static final int MESSAGE_BYTES = 2048;

    private enum State {
        ABSENT,
        STANDING,
        DELETED
    }

    private static final class Entry {
        final ConntrackEntry entry = new ConntrackEntry();
        State state = State.ABSENT;
        long endNanos;
    }

    private final NetlinkSocket socket;
    private final NetlinkWriter writer = new NetlinkWriter(ByteBuffer.allocateDirect(MESSAGE_BYTES));
    private final MessageBatch answer = new MessageBatch(1, MESSAGE_BYTES);
    private final NetlinkReader reader = new NetlinkReader();
    private final RequestWriter requests = new RequestWriter();
    private final Entry[] entries = {new Entry(), new Entry()};
    private final int name;
    private int sequence;

    private FlushWitness(NetlinkSocket socket, EntryLookup lookup) {
        this.socket = socket;
        describe(entries[0].entry, FAMILY_IPV4, 0, ADDRESS_IPV4, 0);
        describe(entries[1].entry, FAMILY_IPV6, PREFIX_IPV6, SUFFIX_IPV6, ConntrackStatus.SETTABLE);
        ConntrackEntry found = new ConntrackEntry();
        found.copyFrom(entries[0].entry);
        name = lookup.complete(found) ? found.mark : new SecureRandom().nextInt();
        entries[0].entry.mark = name;
        // No filter by mark names both.
        entries[1].entry.mark = ~name;
    }

    private static void describe(ConntrackEntry entry, int family, long high, long low, int status) {
        entry.original.family = family;
        entry.original.protocol = PROTOCOL;
        entry.original.sourceHigh = high;
        entry.original.sourceLow = low;
        entry.original.destinationHigh = high;
        entry.original.destinationLow = low;
        entry.reply.copyFrom(entry.original);
        entry.zone = ZONE;
        entry.status = ConntrackStatus.CONFIRMED | status;
        entry.hasTimeout = true;
        entry.timeoutSeconds = TIMEOUT_SECONDS;
    }

    /** Whether an entry is one of a flush witness, of this process or of another. It is no flow, and nobody may delete it. */
    static boolean isOne(ConntrackEntry entry) {
        return entry.original.protocol == PROTOCOL && entry.zone == ZONE;
    }

    /** In the network namespace of the calling thread. Entries that an earlier daemon left are taken over. */
    static FlushWitness open(EntryLookup lookup) throws ErrnoException {
        return new FlushWitness(NetlinkSocket.open(Netlink.PROTOCOL_NETFILTER), lookup);
    }

    /** Names the table: the same number as long as nobody took the entries away while no daemon ran. */
    int name() {
        return name;
    }

    /** Makes those entries that are not there; to be called now and then. */
    void stand(long nowNanos) {
        for (Entry each : entries) {
            boolean due = each.state == State.ABSENT
                    || (each.state == State.DELETED && nowNanos - each.endNanos >= AGAIN_NANOS);
            if (due) {
                each.state = create(each.entry) ? State.STANDING : State.ABSENT;
            }
        }
    }

    private boolean create(ConntrackEntry entry) {
        sequence++;
        writer.clear();
        requests.create(writer, entry, sequence);
        writer.acknowledgeLast();
        if (socket.send(writer.flip()) != 0) {
            return false;
        }
        while (socket.receive(answer) > 0) {
            reader.reset(answer.payload(0));
            if (reader.next() && reader.sequence() == sequence) {
                return reader.type() == Netlink.TYPE_ERROR && (reader.error() == 0 || reader.error() == Errno.EEXIST);
            }
        }
        return false;
    }

    /** Whether an entry is one of these: it is nobody's flow. */
    boolean is(ConntrackEntry entry) {
        return entry.zone == ZONE && entry.original.protocol == PROTOCOL && find(entry) != null;
    }

    private @Nullable Entry find(ConntrackEntry entry) {
        for (Entry each : entries) {
            if (each.entry.original.sameAs(entry.original)) {
                return each;
            }
        }
        return null;
    }

    /**
     * One of these entries has ended.
     *
     * @param byProgram whether a program deleted it
     * @return whether that completes a flush
     */
    boolean onEnd(ConntrackEntry entry, boolean byProgram, long nowNanos) {
        Entry ended = find(entry);
        if (ended == null || ended.state != State.STANDING) {
            return false;
        }
        ended.state = byProgram ? State.DELETED : State.ABSENT;
        ended.endNanos = nowNanos;
        boolean anyDeleted = false;
        for (Entry each : entries) {
            if (each.state == State.STANDING) {
                return false;
            }
            anyDeleted |= each.state == State.DELETED;
        }
        return anyDeleted;
    }

    /** The entries stay: they tell the next daemon that the table is still the same. */
    @Override
    public void close() {
        socket.close();
    }
}
