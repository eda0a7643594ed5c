// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Requests over a netlink socket of its own, one at a time, each waited for: for configuration, off the hot path. The calling thread
 * blocks until the kernel has answered; it does so at once, except that some requests (removing a link) take tens of milliseconds.
 */
public final class NetlinkExchange implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int REQUEST_BYTES = 4_096;
    private static final int SLOTS = 8;
    private static final int SLOT_BYTES = 32_768;

    private final NetlinkSocket socket;
    private final NetlinkWriter writer = new NetlinkWriter(ByteBuffer.allocateDirect(REQUEST_BYTES));
    private final NetlinkReader reader = new NetlinkReader();
    private final MessageBatch answers = new MessageBatch(SLOTS, SLOT_BYTES);
    private int sequence;
    private boolean interrupted;

    private NetlinkExchange(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Opens a socket of that netlink protocol in the network namespace of the calling thread. */
    public static NetlinkExchange open(int protocol) throws ErrnoException {
        return new NetlinkExchange(NetlinkSocket.open(protocol));
    }

    /**
     * Begins a request; the caller adds header and attributes, then calls {@link #request} or {@link #dump}.
     *
     * @param flags beside {@link Netlink#REQUEST}, such as {@link Netlink#CREATE}
     */
    public NetlinkWriter begin(int type, int flags) {
        sequence++;
        return writer.clear().beginMessage(type, Netlink.REQUEST | flags, sequence);
    }

    /**
     * Sends the request and waits for its answer.
     *
     * @param what for the exception: what was asked for
     * @param answer is given each message that is not the acknowledgement
     * @return 0, or the kernel's errno
     * @throws ErrnoException where the socket failed or nothing came in time
     */
    public int request(String what, Consumer<NetlinkReader> answer) throws ErrnoException {
        interrupted = false;
        if (!writer.endMessage()) {
            throw new ErrnoException(what, Errno.EMSGSIZE);
        }
        writer.acknowledgeLast();
        return exchange(what, answer);
    }

    /**
     * Sends a dump request, begun with {@link Netlink#DUMP}, and waits for its end.
     *
     * @return whether the answer is consistent; where the table changed meanwhile it is not, and the caller asks again
     * @throws ErrnoException where the kernel refused, the socket failed or nothing came in time
     */
    public boolean dump(String what, Consumer<NetlinkReader> entry) throws ErrnoException {
        interrupted = false;
        if (!writer.endMessage()) {
            throw new ErrnoException(what, Errno.EMSGSIZE);
        }
        int errno = exchange(what, entry);
        if (errno != 0) {
            throw new ErrnoException(what, errno);
        }
        return !interrupted;
    }

    private int exchange(String what, Consumer<NetlinkReader> answer) throws ErrnoException {
        int errno = socket.send(writer.flip());
        if (errno != 0) {
            throw new ErrnoException(what, errno);
        }
        long deadlineNanos = System.nanoTime() + TIMEOUT_MILLIS * 1_000_000L;
        while (true) {
            int received = socket.receive(answers);
            if (received < 0) {
                throw new ErrnoException(what, -received);
            }
            for (int i = 0; i < received; i++) {
                int result = read(answers.payload(i), answer);
                if (result >= 0) {
                    return result;
                }
            }
            long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000L;
            if (received == 0 && (leftMillis <= 0 || !socket.awaitReadable((int) leftMillis))) {
                throw new ErrnoException(what, Errno.ETIMEDOUT);
            }
        }
    }

    /** Reads one datagram: the errno that ends the exchange, or -1 where it goes on. */
    private int read(ByteBuffer datagram, Consumer<NetlinkReader> answer) {
        reader.reset(datagram);
        while (reader.next()) {
            if (reader.sequence() != sequence) {
                continue;
            }
            interrupted |= (reader.flags() & Netlink.DUMP_INTERRUPTED) != 0;
            switch (reader.type()) {
                case Netlink.TYPE_ERROR -> {
                    return reader.error();
                }
                case Netlink.TYPE_DONE -> {
                    return Math.max(0, reader.bodyLength() >= 4 ? reader.error() : 0);
                }
                case Netlink.TYPE_NOOP -> {}
                default -> answer.accept(reader);
            }
        }
        return -1;
    }

    @Override
    public void close() {
        socket.close();
    }
}
