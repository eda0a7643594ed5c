// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.netlink.RequestWriter;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NetlinkSocket;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.nio.ByteBuffer;

/** Deletes entries from the kernel's table for a person, on a socket of its own, in the network namespace of the thread that opens it. */
public final class EntryRemoval implements AutoCloseable {
    private static final int SEND_BYTES = 65_536;
    private static final int SEND_BUFFER_BYTES = 4 * SEND_BYTES;
    private static final int RECEIVE_BUFFER_BYTES = 1 << 20;
    private static final int ANSWERS = 64;
    private static final int ANSWER_BYTES = 2048;

    private final NetlinkSocket socket;
    private final NetlinkWriter writer = new NetlinkWriter(ByteBuffer.allocateDirect(SEND_BYTES));
    private final RequestWriter requests = new RequestWriter();
    private final MessageBatch answers = new MessageBatch(ANSWERS, ANSWER_BYTES);
    private final NetlinkReader reader = new NetlinkReader();

    private EntryRemoval(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Opens it; needs CAP_NET_ADMIN. */
    public static EntryRemoval open() throws ErrnoException {
        NetlinkSocket socket = NetlinkSocket.open(Netlink.PROTOCOL_NETFILTER);
        try {
            socket.setSendBuffer(SEND_BUFFER_BYTES);
            socket.setReceiveBuffer(RECEIVE_BUFFER_BYTES);
            return new EntryRemoval(socket);
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Deletes entries. One that has gone meanwhile, or whose zone is that of one direction only, stays as it is.
     *
     * @return how many the kernel deleted
     */
    public int delete(EntryBatch entries) throws ErrnoException {
        int deleted = 0;
        int next = 0;
        while (next < entries.count()) {
            int first = next;
            writer.clear();
            while (next < entries.count() && requests.delete(writer, entries.entry(next), next)) {
                next++;
            }
            int errno = socket.send(writer.flip());
            if (errno != 0) {
                throw new ErrnoException("delete from the connection tracking table", errno);
            }
            deleted += next - first - refused();
        }
        return deleted;
    }

    /** The kernel answers only what it does not carry out, and has answered when the send returns. */
    private int refused() {
        int refused = 0;
        int received = socket.receive(answers);
        while (received > 0) {
            for (int slot = 0; slot < received; slot++) {
                reader.reset(answers.payload(slot));
                while (reader.next()) {
                    refused += reader.type() == Netlink.TYPE_ERROR && reader.error() != 0 ? 1 : 0;
                }
            }
            received = socket.receive(answers);
        }
        return refused;
    }

    @Override
    public void close() {
        socket.close();
    }
}
