// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A cursor over the netlink messages of one datagram, and over the attributes of the message that it stands on.
 *
 * <p>It reads in place, allocates nothing (except for {@link #string()} and {@link #bytes()}) and throws nothing on bad input: a
 * message or attribute that does not fit ends the walk, a value that is too short reads as 0, and in each case {@link #malformed()}
 * says so until the next {@link #reset}. Reads never leave the attribute, the attribute never leaves its nest, the nest never leaves
 * its message.
 *
 * <p>Layout of a message: length u32, type u16, flags u16, sequence u32, port id u32, all in host order, then a fixed header that
 * depends on the type, then attributes: length u16, type u16 (the two upper bits are flags), value, padding to 4 bytes
 * (include/uapi/linux/netlink.h).
 */
public final class NetlinkReader {

    private static final boolean SWAP = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final int[] nestStart = new int[Netlink.MAX_NESTING];
    private final int[] nestEnd = new int[Netlink.MAX_NESTING];

    private ByteBuffer buffer = EMPTY;
    private int limit;
    private int nextMessage;
    private int message;
    private int messageEnd;
    private int depth;
    private int nextAttribute;
    private int containerEnd;
    private int attribute;
    private int attributeEnd;
    private boolean malformed;

    /**
     * Starts on a datagram: the bytes from the buffer's position to its limit. The buffer's byte order is set to the native one;
     * position and limit are left alone.
     */
    public NetlinkReader reset(ByteBuffer datagram) {
        buffer = datagram.order(ByteOrder.nativeOrder());
        nextMessage = datagram.position();
        limit = datagram.limit();
        message = nextMessage;
        messageEnd = nextMessage;
        malformed = false;
        closeAttributes();
        return this;
    }

    /** Moves to the next message. False at the end, or where what is left is no whole message. */
    public boolean next() {
        int left = limit - nextMessage;
        if (left <= 0) {
            return endMessages(false);
        }
        if (left < Netlink.HEADER_LENGTH) {
            return endMessages(true);
        }
        int length = buffer.getInt(nextMessage);
        if (length < Netlink.HEADER_LENGTH || length > left) {
            return endMessages(true);
        }
        message = nextMessage;
        messageEnd = message + length;
        nextMessage = Math.min(message + Netlink.align(length), limit);
        closeAttributes();
        return true;
    }

    private boolean endMessages(boolean broken) {
        malformed |= broken;
        nextMessage = limit;
        message = limit;
        messageEnd = limit;
        closeAttributes();
        return false;
    }

    private void closeAttributes() {
        depth = 0;
        nextAttribute = messageEnd;
        containerEnd = messageEnd;
        attribute = messageEnd;
        attributeEnd = messageEnd;
    }

    /** Whether anything since {@link #reset} did not fit: a message, an attribute, a nest too deep or a value too short. */
    public boolean malformed() {
        return malformed;
    }

    /** The message type; 0 where the reader stands on no message. */
    public int type() {
        return onMessage() ? buffer.getShort(message + 4) & 0xffff : 0;
    }

    /** The {@code NLM_F_*} flags. */
    public int flags() {
        return onMessage() ? buffer.getShort(message + 6) & 0xffff : 0;
    }

    /** The sequence number, which an answer repeats from its request. */
    public int sequence() {
        return onMessage() ? buffer.getInt(message + 8) : 0;
    }

    /** In an event, the port id of the socket that caused it, 0 for the kernel itself; in an answer, the receiver's own. */
    public int portId() {
        return onMessage() ? buffer.getInt(message + 12) : 0;
    }

    /** Bytes of the message behind the netlink header. */
    public int bodyLength() {
        return onMessage() ? messageEnd - message - Netlink.HEADER_LENGTH : 0;
    }

    private boolean onMessage() {
        return messageEnd - message >= Netlink.HEADER_LENGTH;
    }

    /** The byte at {@code offset} behind the netlink header. */
    public int bodyU8(int offset) {
        return hasBody(offset, 1) ? buffer.get(message + Netlink.HEADER_LENGTH + offset) & 0xff : 0;
    }

    /** The u16 in host order at {@code offset} behind the netlink header. */
    public int bodyU16(int offset) {
        return hasBody(offset, 2) ? buffer.getShort(message + Netlink.HEADER_LENGTH + offset) & 0xffff : 0;
    }

    /** The 32 bits in host order at {@code offset} behind the netlink header. */
    public int bodyI32(int offset) {
        return hasBody(offset, 4) ? buffer.getInt(message + Netlink.HEADER_LENGTH + offset) : 0;
    }

    private boolean hasBody(int offset, int width) {
        boolean fits = offset >= 0 && offset + width <= bodyLength();
        malformed |= !fits;
        return fits;
    }

    /** The errno of an {@code NLMSG_ERROR} message as a positive number: 0 is an acknowledgement. */
    public int error() {
        return -bodyI32(0);
    }

    /**
     * Opens the attributes of the message, which begin behind a fixed header of {@code headerLength} bytes (it is padded to 4).
     * False where the message is shorter than that.
     */
    public boolean attributes(int headerLength) {
        int start = message + Netlink.HEADER_LENGTH + Netlink.align(headerLength);
        closeAttributes();
        if (!onMessage() || headerLength > bodyLength()) {
            malformed = true;
            return false;
        }
        nextAttribute = Math.min(start, messageEnd);
        return true;
    }

    /** Moves to the next attribute of the current nest. False at its end, or where what is left is no whole attribute. */
    public boolean nextAttribute() {
        int left = containerEnd - nextAttribute;
        if (left <= 0) {
            return endAttributes(false);
        }
        if (left < Netlink.ATTRIBUTE_HEADER_LENGTH) {
            return endAttributes(true);
        }
        int length = buffer.getShort(nextAttribute) & 0xffff;
        if (length < Netlink.ATTRIBUTE_HEADER_LENGTH || length > left) {
            return endAttributes(true);
        }
        attribute = nextAttribute;
        attributeEnd = attribute + length;
        nextAttribute = Math.min(attribute + Netlink.align(length), containerEnd);
        return true;
    }

    private boolean endAttributes(boolean broken) {
        malformed |= broken;
        nextAttribute = containerEnd;
        attribute = containerEnd;
        attributeEnd = containerEnd;
        return false;
    }

    /** The attribute's type without the two flag bits; -1 where the reader stands on no attribute. */
    public int attributeType() {
        return onAttribute() ? buffer.getShort(attribute + 2) & Netlink.ATTRIBUTE_TYPE_MASK : -1;
    }

    /** Bytes of the attribute's value. */
    public int valueLength() {
        return onAttribute() ? attributeEnd - attribute - Netlink.ATTRIBUTE_HEADER_LENGTH : 0;
    }

    /** Where the value begins in the buffer given to {@link #reset}; with {@link #valueLength()}, for reading it in place. */
    public int valueOffset() {
        return attribute + Netlink.ATTRIBUTE_HEADER_LENGTH;
    }

    private boolean onAttribute() {
        return attributeEnd - attribute >= Netlink.ATTRIBUTE_HEADER_LENGTH;
    }

    /**
     * Goes into the attributes within this attribute; {@link #leave} goes on behind it. False, and nothing changes, where the reader
     * stands on no attribute or the nesting is deeper than {@value Netlink#MAX_NESTING}.
     */
    public boolean enter() {
        if (!onAttribute() || depth == Netlink.MAX_NESTING) {
            malformed = true;
            return false;
        }
        nestStart[depth] = nextAttribute;
        nestEnd[depth] = containerEnd;
        depth++;
        nextAttribute = valueOffset();
        containerEnd = attributeEnd;
        attribute = containerEnd;
        return true;
    }

    /** Leaves the nest entered last, whether it was read to its end or not. Does nothing outside of one. */
    public void leave() {
        if (depth == 0) {
            return;
        }
        depth--;
        nextAttribute = nestStart[depth];
        containerEnd = nestEnd[depth];
        attribute = containerEnd;
        attributeEnd = containerEnd;
    }

    private boolean hasValue(int width) {
        boolean fits = valueLength() >= width;
        malformed |= !fits;
        return fits;
    }

    /** The value as one byte. */
    public int u8() {
        return hasValue(1) ? buffer.get(valueOffset()) & 0xff : 0;
    }

    /** The value as a u16 in host order. */
    public int u16() {
        return hasValue(2) ? buffer.getShort(valueOffset()) & 0xffff : 0;
    }

    /** The value as 32 bits in host order. */
    public int i32() {
        return hasValue(4) ? buffer.getInt(valueOffset()) : 0;
    }

    /** The value as 64 bits in host order. */
    public long i64() {
        return hasValue(8) ? buffer.getLong(valueOffset()) : 0;
    }

    /** The value as a big-endian u16. */
    public int be16() {
        int value = u16();
        return SWAP ? Short.reverseBytes((short) value) & 0xffff : value;
    }

    /** The value as big-endian 32 bits. */
    public int be32() {
        int value = i32();
        return SWAP ? Integer.reverseBytes(value) : value;
    }

    /** The big-endian u16 at {@code offset} of the value. */
    public int be16(int offset) {
        if (offset < 0 || !hasValue(offset + 2)) {
            malformed = true;
            return 0;
        }
        short value = buffer.getShort(valueOffset() + offset);
        return (SWAP ? Short.reverseBytes(value) : value) & 0xffff;
    }

    /** The value as big-endian 64 bits. */
    public long be64() {
        long value = i64();
        return SWAP ? Long.reverseBytes(value) : value;
    }

    /** Big-endian 64 bits at {@code offset} of the value: one half of an IPv6 address. */
    public long be64(int offset) {
        if (offset < 0 || !hasValue(offset + 8)) {
            malformed = true;
            return 0;
        }
        long value = buffer.getLong(valueOffset() + offset);
        return SWAP ? Long.reverseBytes(value) : value;
    }

    /** The value as text up to the first NUL. Allocates. */
    public String string() {
        byte[] bytes = bytes();
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** Copies the value, which has room there. */
    public void copyValue(byte[] to, int offset) {
        buffer.get(valueOffset(), to, offset, valueLength());
    }

    /** A copy of the value. Allocates. */
    public byte[] bytes() {
        byte[] copy = new byte[valueLength()];
        buffer.get(valueOffset(), copy);
        return copy;
    }
}
