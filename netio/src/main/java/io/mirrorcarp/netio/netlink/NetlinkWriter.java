// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Appends netlink messages to a buffer, for one send of one or many.
 *
 * <p>It allocates nothing (except for {@link #string}). A message that does not fit leaves no trace: writes behind the end of the
 * buffer are dropped, and {@link #endMessage} answers false and takes the message back. The caller sends what is there, calls
 * {@link #clear} and writes that message again.
 *
 * <p>Headers are in host order. Of integers, the methods named {@code be} write big-endian, the others host order.
 */
public final class NetlinkWriter {

    private static final boolean SWAP = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private final ByteBuffer buffer;
    private final int[] nests = new int[Netlink.MAX_NESTING];
    private int depth;
    private int position;
    private int message = -1;
    private int lastMessage;
    private int messages;
    private boolean overflow;

    /** A writer into the whole of a buffer, from index 0 to its capacity. Its byte order is set to the native one. */
    public NetlinkWriter(ByteBuffer buffer) {
        this.buffer = buffer.order(ByteOrder.nativeOrder());
        clear();
    }

    /** Forgets everything written. */
    public NetlinkWriter clear() {
        position = 0;
        messages = 0;
        message = -1;
        depth = 0;
        overflow = false;
        return this;
    }

    /** The buffer with position 0 and its limit behind the last whole message: what is to be sent. */
    public ByteBuffer flip() {
        return buffer.limit(length()).position(0);
    }

    /** Bytes of the whole messages so far. */
    public int length() {
        return message < 0 ? position : message;
    }

    /** Whole messages so far. */
    public int messages() {
        return messages;
    }

    /** Begins a message; {@code flags} get {@link Netlink#REQUEST} from the caller. A message that was not ended is dropped. */
    public NetlinkWriter beginMessage(int type, int flags, int sequence) {
        position = length();
        message = position;
        depth = 0;
        overflow = false;
        buffer.clear();
        if (room(Netlink.HEADER_LENGTH)) {
            buffer.putShort(position + 4, (short) type);
            buffer.putShort(position + 6, (short) flags);
            buffer.putInt(position + 8, sequence);
            buffer.putInt(position + 12, 0);
            position += Netlink.HEADER_LENGTH;
        }
        return this;
    }

    /** Ends the message. False where it did not fit, and it is taken back then. */
    public boolean endMessage() {
        if (message < 0) {
            return false;
        }
        int start = message;
        message = -1;
        if (overflow || depth != 0) {
            position = start;
            return false;
        }
        buffer.putInt(start, position - start);
        lastMessage = start;
        messages++;
        return true;
    }

    /** Sets {@link Netlink#ACK} on the last whole message, if there is one: its answer says that all before it are done. */
    public void acknowledgeLast() {
        if (messages > 0) {
            buffer.putShort(lastMessage + 6, (short) (buffer.getShort(lastMessage + 6) | Netlink.ACK));
        }
    }

    private boolean room(int bytes) {
        if (overflow || message < 0 || Netlink.align(bytes) > buffer.capacity() - position) {
            overflow = true;
            return false;
        }
        return true;
    }

    /** One byte of the fixed header behind the netlink header. */
    public NetlinkWriter headerU8(int value) {
        if (room(1)) {
            buffer.put(position, (byte) value);
            position += 1;
        }
        return this;
    }

    /** Two bytes of the fixed header, in host order. */
    public NetlinkWriter headerU16(int value) {
        if (room(2)) {
            buffer.putShort(position, (short) value);
            position += 2;
        }
        return this;
    }

    /** Two bytes of the fixed header, big-endian: the resource id of nfnetlink. */
    public NetlinkWriter headerBe16(int value) {
        return headerU16(SWAP ? Short.reverseBytes((short) value) : value);
    }

    /** Four bytes of the fixed header, in host order. */
    public NetlinkWriter headerI32(int value) {
        if (room(4)) {
            buffer.putInt(position, value);
            position += 4;
        }
        return this;
    }

    /** Begins an attribute that holds attributes; the nested flag is set. */
    public NetlinkWriter beginNest(int type) {
        if (depth == Netlink.MAX_NESTING) {
            overflow = true;
            return this;
        }
        nests[depth++] = position;
        attribute(type | Netlink.ATTRIBUTE_NESTED, 0);
        return this;
    }

    /** Ends the attribute begun last. */
    public NetlinkWriter endNest() {
        if (depth == 0) {
            overflow = true;
            return this;
        }
        int start = nests[--depth];
        if (!overflow) {
            int length = position - start;
            if (length > 0xffff) {
                overflow = true;
            } else {
                buffer.putShort(start, (short) length);
            }
        }
        return this;
    }

    /** The header of an attribute with a value of that many bytes, whose padding is zeroed. False where there is no room. */
    private boolean attribute(int type, int valueLength) {
        int length = Netlink.ATTRIBUTE_HEADER_LENGTH + valueLength;
        if (length > 0xffff || !room(length)) {
            overflow = true;
            return false;
        }
        int aligned = Netlink.align(length);
        if (aligned != length) {
            buffer.putInt(position + aligned - 4, 0);
        }
        buffer.putShort(position, (short) length);
        buffer.putShort(position + 2, (short) type);
        position += aligned;
        return true;
    }

    /** An attribute without a value. */
    public NetlinkWriter flag(int type) {
        attribute(type, 0);
        return this;
    }

    /** One byte. */
    public NetlinkWriter u8(int type, int value) {
        if (attribute(type, 1)) {
            buffer.put(position - 4, (byte) value);
        }
        return this;
    }

    /** 16 bits in host order. */
    public NetlinkWriter u16(int type, int value) {
        if (attribute(type, 2)) {
            buffer.putShort(position - 4, (short) value);
        }
        return this;
    }

    /** 32 bits in host order. */
    public NetlinkWriter i32(int type, int value) {
        if (attribute(type, 4)) {
            buffer.putInt(position - 4, value);
        }
        return this;
    }

    /** 64 bits in host order. */
    public NetlinkWriter i64(int type, long value) {
        if (attribute(type, 8)) {
            buffer.putLong(position - 8, value);
        }
        return this;
    }

    /** 16 bits, big-endian. */
    public NetlinkWriter be16(int type, int value) {
        return u16(type, SWAP ? Short.reverseBytes((short) value) : value);
    }

    /** 32 bits, big-endian. */
    public NetlinkWriter be32(int type, int value) {
        return i32(type, SWAP ? Integer.reverseBytes(value) : value);
    }

    /** 64 bits, big-endian. */
    public NetlinkWriter be64(int type, long value) {
        return i64(type, SWAP ? Long.reverseBytes(value) : value);
    }

    /** 128 bits, big-endian, from two halves: an IPv6 address. */
    public NetlinkWriter be128(int type, long high, long low) {
        if (attribute(type, 16)) {
            buffer.putLong(position - 16, SWAP ? Long.reverseBytes(high) : high);
            buffer.putLong(position - 8, SWAP ? Long.reverseBytes(low) : low);
        }
        return this;
    }

    /** Bytes as they are. */
    public NetlinkWriter bytes(int type, byte[] value) {
        if (attribute(type, value.length)) {
            buffer.put(position - Netlink.align(value.length), value);
        }
        return this;
    }

    /** A part of an array as it is. */
    public NetlinkWriter bytes(int type, byte[] value, int offset, int length) {
        if (attribute(type, length)) {
            buffer.put(position - Netlink.align(length), value, offset, length);
        }
        return this;
    }

    /** Text as UTF-8 with a NUL behind it. Allocates. */
    public NetlinkWriter string(int type, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        byte[] terminated = new byte[text.length + 1];
        System.arraycopy(text, 0, terminated, 0, text.length);
        return bytes(type, terminated);
    }
}
