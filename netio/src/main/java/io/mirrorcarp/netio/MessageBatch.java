// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Room for several messages that one call receives or sends: the memory that recvmmsg and sendmmsg work on, allocated once. A batch is
 * used by one thread, for one direction at a time.
 *
 * <p>To receive, give it to a socket's {@code receive} and then read slots 0 to {@link #count()} - 1. To send, {@link #clear} it, then for each
 * message write into what {@link #append} gives and {@link #commit} it, then give it to a socket's {@code send}.
 *
 * <p>Memory: {@code struct mmsghdr}, {@code struct iovec}, a {@code sockaddr_storage} cut to 32 bytes, 64 bytes of control messages and the
 * payload, each an array over the slots. Offsets within the structures are those of a 64-bit Linux.
 */
public final class MessageBatch {

    private static final int MMSGHDR = 64;
    private static final int NAME_LENGTH = 8;
    private static final int IOV = 16;
    private static final int IOV_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int LENGTH = 56;

    private static final int IOVEC = 16;
    private static final int NAME_ROOM = 32;
    private static final int CONTROL_ROOM = 64;
    private static final int CMSG_HEADER = 16;

    private final int slots;
    private final int slotBytes;
    private final ByteBuffer memory;
    private final long base;
    private final int iovecs;
    private final int names;
    private final int controls;
    private final ByteBuffer[] payloads;
    private final @Nullable IpEndpoint[] destinations;
    private int count;
    private int next;
    private int failed;

    /**
     * @param slots messages in one call, at least 1
     * @param slotBytes room for one message; what is longer is cut and {@link #truncated} says so
     */
    public MessageBatch(int slots, int slotBytes) {
        this.slots = slots;
        this.slotBytes = slotBytes;
        int stride = (slotBytes + 63) & ~63;
        iovecs = slots * MMSGHDR;
        names = iovecs + slots * IOVEC;
        controls = names + slots * NAME_ROOM;
        int payload = controls + slots * CONTROL_ROOM;
        memory = ByteBuffer.allocateDirect(Math.addExact(payload, Math.multiplyExact(slots, stride)))
                .order(ByteOrder.nativeOrder());
        base = Libc.address(memory);
        payloads = new ByteBuffer[slots];
        destinations = new IpEndpoint[slots];
        for (int i = 0; i < slots; i++) {
            int start = payload + i * stride;
            payloads[i] = memory.slice(start, slotBytes);
            memory.putLong(i * MMSGHDR + IOV, base + iovecs + (long) i * IOVEC);
            memory.putLong(i * MMSGHDR + IOV_COUNT, 1);
            memory.putLong(iovecs + i * IOVEC, base + start);
        }
    }

    /** Messages that it has room for. */
    public int slots() {
        return slots;
    }

    /** Messages received, or committed and not yet sent. */
    public int count() {
        return count - next;
    }

    /** Whether {@link #append} would find no slot. */
    public boolean isFull() {
        return count == slots;
    }

    /** Empties it. */
    public void clear() {
        count = 0;
        next = 0;
        failed = 0;
    }

    // Sending.

    /**
     * The next free slot to write a message into: position 0, limit at the slot's size, big-endian. Null where the batch is full.
     *
     * @param destination where it goes; null for a socket that is bound to one place
     */
    public @Nullable ByteBuffer append(@Nullable IpEndpoint destination) {
        if (count == slots) {
            return null;
        }
        destinations[count] = destination;
        return payloads[count].clear().order(ByteOrder.BIG_ENDIAN);
    }

    /** Takes the message that was written into the last {@link #append}, from 0 to the buffer's position. */
    public void commit() {
        int header = count * MMSGHDR;
        IpEndpoint destination = destinations[count];
        memory.putLong(header, destination == null ? 0 : destination.pointer());
        memory.putInt(header + NAME_LENGTH, destination == null ? 0 : destination.length());
        memory.putLong(header + CONTROL, 0);
        memory.putLong(header + CONTROL_LENGTH, 0);
        memory.putInt(header + FLAGS, 0);
        memory.putLong(iovecs + count * IOVEC + 8, payloads[count].position());
        count++;
    }

    /** Messages of the last send that the kernel refused; they are not tried again. */
    public int failed() {
        return failed;
    }

    /**
     * Sends what is committed. Stops where the kernel has no room ({@code EAGAIN}): the rest stays, and the next send goes on there. A
     * message that is refused for another reason is counted in {@link #failed} and left out.
     *
     * @return 0, or the errno of the last refusal
     */
    int send(int fd) {
        int error = 0;
        failed = 0;
        while (next < count) {
            int sent = Libc.CALLS.sendmmsg(fd, base + (long) next * MMSGHDR, count - next, Libc.MSG_NOSIGNAL);
            if (sent > 0) {
                next += sent;
                continue;
            }
            int errno = Libc.errno();
            if (errno == Errno.EAGAIN) {
                return errno;
            }
            if (errno != Errno.EINTR) {
                error = errno;
                failed++;
                next++;
            }
        }
        count = 0;
        next = 0;
        return error;
    }

    // Receiving.

    /** Receives up to {@link #slots} messages without waiting. The number of them, 0 where there is none, or minus the errno. */
    int receive(int fd) {
        for (int i = 0; i < slots; i++) {
            int header = i * MMSGHDR;
            memory.putLong(header, base + names + (long) i * NAME_ROOM);
            memory.putInt(header + NAME_LENGTH, NAME_ROOM);
            memory.putLong(header + CONTROL, base + controls + (long) i * CONTROL_ROOM);
            memory.putLong(header + CONTROL_LENGTH, CONTROL_ROOM);
            memory.putInt(header + FLAGS, 0);
            memory.putLong(iovecs + i * IOVEC + 8, slotBytes);
        }
        next = 0;
        count = 0;
        int received = Libc.CALLS.recvmmsg(fd, base, slots, Libc.MSG_DONTWAIT, 0);
        if (received >= 0) {
            count = received;
            return received;
        }
        int errno = Libc.errno();
        return errno == Errno.EAGAIN || errno == Errno.EINTR ? 0 : -errno;
    }

    /** The bytes of a received message: position 0, limit at its length, big-endian. The same buffer object for every use of the slot. */
    public ByteBuffer payload(int slot) {
        return payloads[slot].clear().limit(length(slot)).order(ByteOrder.BIG_ENDIAN);
    }

    /** Bytes received into the slot. */
    public int length(int slot) {
        return Math.min(memory.getInt(slot * MMSGHDR + LENGTH), slotBytes);
    }

    /** Whether the message was longer than the slot and the rest is lost. */
    public boolean truncated(int slot) {
        return (memory.getInt(slot * MMSGHDR + FLAGS) & Libc.MSG_TRUNC) != 0;
    }

    /** Address family of the sender: 2 IPv4, 10 IPv6, 16 netlink, 17 packet. */
    public int sourceFamily(int slot) {
        return memory.getShort(name(slot)) & 0xffff;
    }

    /** The sender's IPv4 address as 32 bits in host order of arithmetic: 192.0.2.1 is 0xc0000201. */
    public int sourceIpv4(int slot) {
        int value = memory.getInt(name(slot) + 4);
        return memory.order() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
    }

    /** The sender's address, 4 or 16 bytes; empty for another family. Allocates. */
    public byte[] sourceAddress(int slot) {
        int family = sourceFamily(slot);
        byte[] address = new byte[family == Libc.AF_INET ? 4 : family == Libc.AF_INET6 ? 16 : 0];
        memory.get(name(slot) + (family == Libc.AF_INET ? 4 : 8), address);
        return address;
    }

    /** Whether the sender is this address. Allocates nothing. */
    public boolean sourceIs(int slot, byte[] address) {
        int family = sourceFamily(slot);
        int length = family == Libc.AF_INET ? 4 : family == Libc.AF_INET6 ? 16 : 0;
        if (length != address.length) {
            return false;
        }
        int start = name(slot) + (family == Libc.AF_INET ? 4 : 8);
        for (int i = 0; i < length; i++) {
            if (memory.get(start + i) != address[i]) {
                return false;
            }
        }
        return true;
    }

    /** The interface: of a packet socket's frame where it arrived, of an IPv6 source its scope; else 0. */
    public int sourceIfindex(int slot) {
        return switch (sourceFamily(slot)) {
            case Libc.AF_PACKET -> memory.getInt(name(slot) + 4);
            case Libc.AF_INET6 -> memory.getInt(name(slot) + 24);
            default -> 0;
        };
    }

    /** Of a packet socket's frame: 0 to us, 1 broadcast, 2 multicast, 3 to another host, 4 outgoing. -1 for other sockets. */
    public int packetType(int slot) {
        return sourceFamily(slot) == Libc.AF_PACKET ? memory.get(name(slot) + 10) & 0xff : -1;
    }

    /** Port id of the netlink sender: 0 is the kernel. -1 for other sockets. */
    public int sourcePortId(int slot) {
        return sourceFamily(slot) == Libc.AF_NETLINK ? memory.getInt(name(slot) + 4) : -1;
    }

    /** TTL or hop limit from the message's control data, where the socket was opened to ask for it; -1 where it is not there. */
    public int hopLimit(int slot) {
        int position = controls + slot * CONTROL_ROOM;
        int end = position + (int) Math.min(memory.getLong(slot * MMSGHDR + CONTROL_LENGTH), CONTROL_ROOM);
        while (end - position >= CMSG_HEADER) {
            long length = memory.getLong(position);
            if (length < CMSG_HEADER || length > end - position) {
                return -1;
            }
            int level = memory.getInt(position + 8);
            int type = memory.getInt(position + 12);
            boolean found = (level == Libc.IPPROTO_IPV6 && type == Libc.IPV6_HOPLIMIT)
                    || (level == Libc.IPPROTO_IP && type == Libc.IP_TTL);
            if (found && length >= CMSG_HEADER + 4) {
                return memory.getInt(position + CMSG_HEADER);
            }
            position += (int) (length + 7) & ~7;
        }
        return -1;
    }

    private int name(int slot) {
        return names + slot * NAME_ROOM;
    }
}
