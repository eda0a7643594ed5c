// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
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

/** Asks the kernel for one entry and waits for the answer, which is there when the request is sent. */
final class EntryLookup implements AutoCloseable {
    private static final int MESSAGE_BYTES = 2048;

    private final NetlinkSocket socket;
    private final NetlinkWriter writer = new NetlinkWriter(ByteBuffer.allocateDirect(MESSAGE_BYTES));
    private final MessageBatch batch = new MessageBatch(1, MESSAGE_BYTES);
    private final NetlinkReader reader = new NetlinkReader();
    private final RequestWriter requests = new RequestWriter();
    private final ConntrackEntry found = new ConntrackEntry();
    private int sequence;

    private EntryLookup(NetlinkSocket socket) {
        this.socket = socket;
    }

    static EntryLookup open() throws ErrnoException {
        return new EntryLookup(NetlinkSocket.open(Netlink.PROTOCOL_NETFILTER));
    }

    /**
     * Reads the entry with the original tuple and zone of {@code entry} into it.
     *
     * @return false, and {@code entry} is as it was, when there is none or no answer came
     */
    boolean complete(ConntrackEntry entry) {
        boolean exists = find(entry);
        if (exists) {
            entry.copyFrom(found);
        }
        return exists;
    }

    /** Whether there is an entry with the original tuple and zone of {@code entry}. */
    boolean exists(ConntrackEntry entry) {
        return find(entry);
    }

    private boolean find(ConntrackEntry entry) {
        sequence++;
        requests.get(writer.clear(), entry, sequence);
        if (socket.send(writer.flip()) != 0) {
            return false;
        }
        while (socket.receive(batch) > 0) {
            reader.reset(batch.payload(0));
            if (!reader.next() || reader.sequence() != sequence) {
                continue;
            }
            return reader.type() == Ctnetlink.TYPE_NEW && EntryReader.read(reader, found);
        }
        return false;
    }

    @Override
    public void close() {
        socket.close();
    }
}
