// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads protobuf's wire format from a byte array without allocating. What runs past the end or is no wire format at all sets
 * {@link #failed()} and reads as 0; it never throws. Call {@link #nextField()} until it answers 0.
 */
final class WireReader {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG_LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] buffer = new byte[0];
    private int position;
    private int limit;
    private int wireType;
    private boolean failed;

    /** Reads {@code buffer[position]} up to, not including, {@code buffer[limit]}. */
    void wrap(byte[] buffer, int position, int limit) {
        this.buffer = buffer;
        this.position = position;
        this.limit = limit;
        failed = false;
    }

    int position() {
        return position;
    }

    byte[] buffer() {
        return buffer;
    }

    boolean failed() {
        return failed;
    }

    void fail() {
        failed = true;
        position = limit;
    }

    /** The next field's number, or 0 at the end and after a failure. */
    int nextField() {
        if (position >= limit) {
            return 0;
        }
        long tag = rawVarint();
        wireType = (int) (tag & 7);
        long field = tag >>> 3;
        if (field == 0 || field > 0x1fffffff) {
            fail();
            return 0;
        }
        return (int) field;
    }

    /** The value of a varint field, all 64 bits. */
    long varint() {
        return expect(WireWriter.VARINT) ? rawVarint() : 0;
    }

    int fixed32() {
        if (!expect(WireWriter.FIXED32) || !has(Integer.BYTES)) {
            return 0;
        }
        int value = (int) INT.get(buffer, position);
        position += Integer.BYTES;
        return value;
    }

    long fixed64() {
        return expect(WireWriter.FIXED64) ? rawFixed64() : 0;
    }

    /** Eight bytes of a packed list or of bytes, in little-endian order. */
    long rawFixed64() {
        if (!has(Long.BYTES)) {
            return 0;
        }
        long value = (long) LONG.get(buffer, position);
        position += Long.BYTES;
        return value;
    }

    /** The length of a bytes, string or message field, whose content begins at {@link #position()}: read on with {@link #advance(int)}. */
    int length() {
        if (!expect(WireWriter.LENGTH)) {
            return 0;
        }
        long length = rawVarint();
        if (length < 0 || length > limit - position) {
            fail();
            return 0;
        }
        return (int) length;
    }

    void advance(int length) {
        position += length;
    }

    /** Eight bytes in network order at {@code offset} from the position, which does not move. */
    long bigLong(int offset) {
        return (long) BIG_LONG.get(buffer, position + offset);
    }

    /** Passes over the value of a field that this version does not know. */
    void skip() {
        switch (wireType) {
            case WireWriter.VARINT -> rawVarint();
            case WireWriter.FIXED64 -> skip(Long.BYTES);
            case WireWriter.LENGTH -> advance(length());
            case WireWriter.FIXED32 -> skip(Integer.BYTES);
            default -> fail();
        }
    }

    private void skip(int bytes) {
        if (has(bytes)) {
            position += bytes;
        }
    }

    private boolean expect(int expected) {
        if (wireType != expected) {
            fail();
        }
        return !failed;
    }

    private boolean has(int bytes) {
        if (limit - position < bytes) {
            fail();
        }
        return !failed;
    }

    private long rawVarint() {
        long value = 0;
        for (int shift = 0; shift < 64 && position < limit; shift += 7) {
            byte next = buffer[position++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        fail();
        return 0;
    }
}
