// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.gauge;

import io.mirrorcarp.conntrack.netlink.RequestWriter;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NetlinkSocket;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The floor of a bulk transfer's beginning: the kernel's table is read into memory, and not looked at. */
public final class DumpFloor {
    private static final int SLOTS = 8;
    private static final int SLOT_BYTES = 32_768;
    private static final int ANSWER_MILLIS = 10_000;
    private static final int TYPE_OFFSET = 4;

    private DumpFloor() {}

    /** Reads a host's table to its end; the time that takes, in nanoseconds. */
    public static long nanos(LabHost host) {
        return host.call(() -> {
            try (NetlinkSocket socket = NetlinkSocket.open(Netlink.PROTOCOL_NETFILTER)) {
                long start = System.nanoTime();
                dump(socket);
                return System.nanoTime() - start;
            }
        });
    }

    private static void dump(NetlinkSocket socket) throws ErrnoException {
        NetlinkWriter writer = new NetlinkWriter(ByteBuffer.allocateDirect(64));
        new RequestWriter().dump(writer, 1);
        int errno = socket.send(writer.flip());
        MessageBatch batch = new MessageBatch(SLOTS, SLOT_BYTES);
        while (errno == 0) {
            int received = socket.receive(batch);
            if (received == 0 && !socket.awaitReadable(ANSWER_MILLIS)) {
                throw new LabException("the kernel does not go on with the dump of its table");
            }
            errno = Math.max(0, -received);
            for (int i = 0; i < received; i++) {
                if (isEnd(batch.payload(i))) {
                    return;
                }
            }
        }
        throw new ErrnoException("dump the table", errno);
    }

    /** The end comes in a message of its own. */
    private static boolean isEnd(ByteBuffer datagram) {
        return datagram.order(ByteOrder.nativeOrder()).getShort(TYPE_OFFSET) == Netlink.TYPE_DONE;
    }
}
