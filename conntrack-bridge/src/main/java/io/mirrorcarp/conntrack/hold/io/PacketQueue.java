// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold.io;

import io.mirrorcarp.conntrack.hold.QueueMessages;
import io.mirrorcarp.conntrack.hold.QueuedPacket;
import io.mirrorcarp.netio.Descriptor;
import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NetlinkSocket;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A queue of nfnetlink_queue: the kernel puts packets into it, and waits for a verdict on each. When this is closed, it drops those that wait. */
final class PacketQueue implements AutoCloseable {
    /** Programs begin at 0, so the last ones are free. */
    private static final int LAST_NUMBER = 65_535;

    private static final int NUMBERS_TRIED = 64;
    private static final int BATCH = 32;
    private static final int MESSAGE_BYTES = 256;
    private static final int VERDICT_BYTES = 16_384;
    private static final int RECEIVE_BUFFER_BYTES = 16 << 20;
    private static final int ANSWER_MILLIS = 1_000;

    private final NetlinkSocket socket;
    private final int number;
    private final MessageBatch batch;
    private final NetlinkReader reader = new NetlinkReader();
    private final QueuedPacket packet = new QueuedPacket();
    private final NetlinkWriter verdicts = new NetlinkWriter(ByteBuffer.allocateDirect(VERDICT_BYTES));

    /** Is given each packet; the buffer is that of its message, big-endian, and only good until it returns. */
    interface Receiver {
        void onPacket(QueuedPacket packet, ByteBuffer message);
    }

    private PacketQueue(NetlinkSocket socket, int number, int copyBytes) {
        this.socket = socket;
        this.number = number;
        batch = new MessageBatch(BATCH, copyBytes + MESSAGE_BYTES);
    }

    /**
     * Takes a queue that no program has, in the network namespace of the calling thread.
     *
     * @param copyBytes the longest packet that is read whole
     * @param most packets without a verdict
     */
    static PacketQueue open(int copyBytes, int most) throws ErrnoException {
        NetlinkSocket socket = NetlinkSocket.open(Netlink.PROTOCOL_NETFILTER);
        try {
            socket.setReceiveBuffer(RECEIVE_BUFFER_BYTES);
            // A packet for which the buffer has no room goes on.
            socket.setNoEnobufs(true);
            for (int tried = 0; tried < NUMBERS_TRIED; tried++) {
                PacketQueue queue = new PacketQueue(socket, LAST_NUMBER - tried, copyBytes);
                if (queue.bind(copyBytes, most)) {
                    return queue;
                }
            }
            throw new ErrnoException("take a queue of nfnetlink_queue", Errno.EBUSY);
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
    }

    private boolean bind(int copyBytes, int most) throws ErrnoException {
        QueueMessages.bind(verdicts.clear(), number, 1);
        int errno = request();
        if (errno == Errno.EBUSY || errno == Errno.EPERM) {
            return false;
        }
        if (errno == 0) {
            QueueMessages.configure(verdicts.clear(), number, copyBytes, most, 2);
            errno = request();
        }
        verdicts.clear();
        if (errno != 0) {
            throw new ErrnoException("take queue " + number + " of nfnetlink_queue", errno);
        }
        return true;
    }

    /** Sends what is written, and waits for its acknowledgement. No packet comes before a rule sends one here. */
    private int request() throws ErrnoException {
        int errno = socket.send(verdicts.flip());
        if (errno != 0) {
            return errno;
        }
        while (socket.awaitReadable(ANSWER_MILLIS)) {
            int received = socket.receive(batch);
            if (received < 0) {
                return -received;
            }
            for (int slot = 0; slot < received; slot++) {
                reader.reset(batch.payload(slot));
                if (reader.next() && reader.type() == Netlink.TYPE_ERROR) {
                    return reader.error();
                }
            }
        }
        return Errno.ETIMEDOUT;
    }

    /** Its number, 0 to 65535. */
    int number() {
        return number;
    }

    /** For the event loop. */
    Descriptor descriptor() {
        return socket.descriptor();
    }

    /** Tells of the packets that one call to the kernel gives; false where there are none. */
    boolean receive(Receiver receiver) {
        int received = socket.receive(batch);
        if (received < 0) {
            throw new IllegalStateException(new ErrnoException("read queued packets", -received));
        }
        for (int slot = 0; slot < received; slot++) {
            ByteBuffer message = batch.payload(slot);
            reader.reset(message);
            if (reader.next() && packet.read(reader)) {
                message.order(ByteOrder.BIG_ENDIAN);
                receiver.onPacket(packet, message);
            }
        }
        return received > 0;
    }

    /** Decides on a packet; {@link #flush} tells the kernel. */
    void verdict(int packetId, boolean accept) {
        if (!QueueMessages.verdict(verdicts, number, packetId, accept)) {
            flush();
            QueueMessages.verdict(verdicts, number, packetId, accept);
        }
    }

    /** Tells the kernel of the verdicts. */
    void flush() {
        if (verdicts.messages() > 0) {
            socket.send(verdicts.flip());
            verdicts.clear();
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
