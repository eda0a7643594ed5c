// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.FlowFilter;
import io.mirrorcarp.conntrack.netlink.Ctnetlink;
import io.mirrorcarp.conntrack.netlink.EntryReader;
import io.mirrorcarp.conntrack.netlink.RequestWriter;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NetlinkSocket;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.nio.ByteBuffer;

/**
 * Reads the table once for a person, on a socket of its own, in the network namespace of the thread that opens it. Replication has no part in it. The kernel
 * writes a batch into the socket when the one before it is read, so a reader that stops costs one batch of memory. An entry may be missed or come twice
 * when the table is resized meanwhile. The entries of {@link FlushWitness} are left out.
 */
public final class TableReader implements AutoCloseable {
    /** The kernel writes up to this much at once. */
    private static final int BATCH_BYTES = 32_768;

    private static final int REQUEST_BYTES = 64;

    /** How many entries one reading takes, and up to one batch of the kernel more. On a busy machine each reading waits for its turn. */
    private static final int ENOUGH = 500;

    /** The most batches of the kernel in one reading, also where the filter chooses none. */
    private static final int READS = 32;

    private static final int WAIT_MILLIS = 1_000;

    private final NetlinkSocket socket;
    private final FlowFilter filter;
    private final MessageBatch batch = new MessageBatch(1, BATCH_BYTES);
    private final NetlinkReader reader = new NetlinkReader();

    private TableReader(NetlinkSocket socket, FlowFilter filter) {
        this.socket = socket;
        this.filter = filter;
    }

    /**
     * Opens it and asks for every entry.
     *
     * @throws ErrnoException when the kernel has no connection tracking or the process may not use it (CAP_NET_ADMIN)
     */
    public static TableReader open(FlowFilter filter) throws ErrnoException {
        NetlinkSocket socket = NetlinkSocket.open(Netlink.PROTOCOL_NETFILTER);
        NetlinkWriter writer = new NetlinkWriter(ByteBuffer.allocateDirect(REQUEST_BYTES));
        new RequestWriter().dump(writer.clear(), 1);
        int errno = socket.send(writer.flip());
        if (errno != 0) {
            socket.close();
            throw new ErrnoException("ask for the connection tracking table", errno);
        }
        return new TableReader(socket, filter);
    }

    /**
     * Reads on: what the kernel has ready, up to some {@value #ENOUGH} entries that the filter chooses.
     *
     * @param into emptied first
     * @return whether more may follow
     */
    public boolean read(EntryBatch into) throws ErrnoException {
        into.clear();
        boolean more = true;
        for (int i = 0; i < READS && more && into.count() < ENOUGH; i++) {
            int received = socket.receive(batch);
            if (received < 0) {
                throw new ErrnoException("read the connection tracking table", -received);
            }
            if (received == 0) {
                socket.awaitReadable(WAIT_MILLIS);
                return true;
            }
            more = readEntries(into);
        }
        return more;
    }

    private boolean readEntries(EntryBatch into) throws ErrnoException {
        reader.reset(batch.payload(0));
        while (reader.next()) {
            switch (reader.type()) {
                case Ctnetlink.TYPE_NEW -> keep(into);
                case Netlink.TYPE_DONE, Netlink.TYPE_ERROR -> {
                    if (reader.error() != 0) {
                        throw new ErrnoException("read the connection tracking table", reader.error());
                    }
                    return false;
                }
                default -> {}
            }
        }
        return true;
    }

    private void keep(EntryBatch into) {
        ConntrackEntry entry = into.next();
        if (EntryReader.read(reader, entry) && !FlushWitness.isOne(entry) && filter.matches(entry)) {
            into.keep();
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
