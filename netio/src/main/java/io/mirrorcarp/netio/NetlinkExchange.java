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
    private static final int REQUEST_BYTES = 131_072;
    private static final int SLOTS = 8;
    private static final int SLOT_BYTES = 32_768;

    private final NetlinkSocket socket;
    private final NetlinkWriter writer = new NetlinkWriter(ByteBuffer.allocateDirect(REQUEST_BYTES));
    private final NetlinkReader reader = new NetlinkReader();
    private final MessageBatch answers = new MessageBatch(SLOTS, SLOT_BYTES);
    private int firstSequence;
    private int sequence;
    private int awaited;
    private Refusals refusals = NetlinkExchange::isFault;
    private int errno;
    private String kernelMessage = "";
    private boolean interrupted;

    /** Judges the messages of a request that the kernel refuses. */
    public interface Refusals {
        /**
         * Whether a refusal is no fault of the request.
         *
         * @param message 0 for the first message of the request
         * @param errno why it was refused
         */
        boolean isHarmless(int message, int errno);
    }

    private NetlinkExchange(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Opens a socket of that netlink protocol in the network namespace of the calling thread. */
    public static NetlinkExchange open(int protocol) throws ErrnoException {
        return new NetlinkExchange(NetlinkSocket.open(protocol));
    }

    /** See {@link NetlinkSocket#setStrict}. */
    public void setStrict() throws ErrnoException {
        socket.setStrict();
    }

    /** See {@link NetlinkSocket#portId}. */
    public int portId() {
        return socket.portId();
    }

    /**
     * Begins a request; the caller adds header and attributes, then calls {@link #request} or {@link #dump}.
     *
     * @param flags beside {@link Netlink#REQUEST}, such as {@link Netlink#CREATE}
     */
    public NetlinkWriter begin(int type, int flags) {
        writer.clear();
        firstSequence = sequence + 1;
        return next(type, flags);
    }

    /** Ends the message begun before and begins another, which goes out in the same call behind it. */
    public NetlinkWriter then(int type, int flags) {
        writer.endMessage();
        return next(type, flags);
    }

    /**
     * As {@link #then}, for a last message that the kernel does not acknowledge, such as the end of a batch of nf_tables: the one before it is, in its place.
     */
    public NetlinkWriter thenLast(int type, int flags) {
        writer.endMessage();
        writer.acknowledgeLast();
        int acknowledged = sequence;
        NetlinkWriter last = next(type, flags);
        awaited = acknowledged;
        return last;
    }

    private NetlinkWriter next(int type, int flags) {
        sequence++;
        awaited = sequence;
        return writer.beginMessage(type, Netlink.REQUEST | flags, sequence);
    }

    /**
     * Sends the request and waits for its answer.
     *
     * @param what for the exception: what was asked for
     * @param answer is given each message that is not the acknowledgement
     * @return 0, or the errno of the first message that the kernel refused; those behind it were tried as well
     * @throws ErrnoException where the socket failed or nothing came in time
     */
    public int request(String what, Consumer<NetlinkReader> answer) throws ErrnoException {
        finishMessages(what);
        if (awaited == sequence) {
            writer.acknowledgeLast();
        }
        return exchange(what, answer);
    }

    /**
     * Sends a request of several messages, some of which may be refused without harm.
     *
     * @return 0, or the errno of the first refusal that is a fault; the messages behind it were tried as well
     */
    public int request(String what, Refusals judge) throws ErrnoException {
        refusals = judge;
        try {
            return request(what);
        } finally {
            refusals = NetlinkExchange::isFault;
        }
    }

    /**
     * Sends a request whose only answer is whether it succeeded: see {@link #request(String, Consumer)}.
     *
     * @return 0 or an errno
     */
    public int request(String what) throws ErrnoException {
        return request(what, NetlinkExchange::ignore);
    }

    /**
     * Sends a request that must succeed.
     *
     * @param tolerated errnos that are no fault here
     * @return false where the kernel answered with one of these
     * @throws ErrnoException with the kernel's sentence, where it refused otherwise
     */
    public boolean require(String what, int... tolerated) throws ErrnoException {
        return requireSuccess(what, request(what), tolerated);
    }

    /** Like {@link #require(String, int...)}, of the errno that {@link #request(String, Consumer)} has given. */
    public boolean requireSuccess(String what, int errno, int... tolerated) throws ErrnoException {
        if (errno == 0) {
            return true;
        }
        for (int harmless : tolerated) {
            if (errno == harmless) {
                return false;
            }
        }
        throw new ErrnoException(what, errno, kernelMessage);
    }

    private static void ignore(NetlinkReader message) {}

    private static boolean isFault(int message, int errno) {
        return false;
    }

    /** The kernel's sentence about the errno of the last {@link #request}, or an empty text. */
    public String kernelMessage() {
        return kernelMessage;
    }

    /**
     * Sends a dump request, begun with {@link Netlink#DUMP}, and waits for its end.
     *
     * @return whether the answer is consistent; where the table changed meanwhile it is not, and the caller asks again
     * @throws ErrnoException where the kernel refused, the socket failed or nothing came in time
     */
    public boolean dump(String what, Consumer<NetlinkReader> entry) throws ErrnoException {
        finishMessages(what);
        if (exchange(what, entry) != 0) {
            throw new ErrnoException(what, errno, kernelMessage);
        }
        return !interrupted;
    }

    private void finishMessages(String what) throws ErrnoException {
        writer.endMessage();
        if (writer.messages() != sequence - firstSequence + 1) {
            throw new ErrnoException(what, Errno.EMSGSIZE);
        }
    }

    private int exchange(String what, Consumer<NetlinkReader> answer) throws ErrnoException {
        errno = 0;
        kernelMessage = "";
        interrupted = false;
        int refused = socket.send(writer.flip());
        if (refused != 0) {
            throw new ErrnoException(what, refused);
        }
        long deadlineNanos = System.nanoTime() + TIMEOUT_MILLIS * 1_000_000L;
        while (true) {
            int received = socket.receive(answers);
            if (received < 0) {
                throw new ErrnoException(what, -received);
            }
            boolean ended = false;
            for (int i = 0; i < received; i++) {
                ended |= read(answers.payload(i), answer);
            }
            if (ended) {
                return errno;
            }
            long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000L;
            if (leftMillis <= 0) {
                throw new ErrnoException(what, Errno.ETIMEDOUT);
            }
            if (received == 0) {
                socket.awaitReadable((int) leftMillis);
            }
        }
    }

    /** Reads one datagram; whether it ends the exchange. */
    private boolean read(ByteBuffer datagram, Consumer<NetlinkReader> answer) {
        boolean ended = false;
        reader.reset(datagram);
        while (reader.next()) {
            int age = reader.sequence() - firstSequence;
            if (age < 0 || age > sequence - firstSequence) {
                continue;
            }
            interrupted |= (reader.flags() & Netlink.DUMP_INTERRUPTED) != 0;
            switch (reader.type()) {
                case Netlink.TYPE_ERROR -> {
                    readError();
                    ended |= reader.sequence() == awaited;
                }
                case Netlink.TYPE_DONE -> {
                    errno = errno == 0 && reader.bodyLength() >= 4 ? reader.error() : errno;
                    ended = true;
                }
                case Netlink.TYPE_NOOP -> {}
                default -> answer.accept(reader);
            }
        }
        return ended;
    }

    /** An error message: errno, the header of the request, then attributes where the flag says so. */
    private void readError() {
        boolean refused = reader.error() != 0;
        if (!refused || refusals.isHarmless(reader.sequence() - firstSequence, reader.error()) || errno != 0) {
            return;
        }
        errno = reader.error();
        boolean explained = (reader.flags() & Netlink.ACK_ATTRIBUTES) != 0 && (reader.flags() & Netlink.CAPPED) != 0;
        if (explained && reader.attributes(4 + Netlink.HEADER_LENGTH)) {
            while (reader.nextAttribute()) {
                if (reader.attributeType() == Netlink.ERROR_ATTRIBUTE_MESSAGE) {
                    kernelMessage = reader.string();
                }
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
