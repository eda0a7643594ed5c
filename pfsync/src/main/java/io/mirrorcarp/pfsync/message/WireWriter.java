// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Writes protobuf's wire format into a byte array without allocating. The caller sees to it that there is room; a field that holds
 * its default is written all the same, unless the method's name ends in {@code IfSet}.
 */
final class WireWriter {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH = 2;
    static final int FIXED32 = 5;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG_LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] buffer = new byte[0];
    private int position;

    /** Writes from {@code buffer[position]} on. */
    void wrap(byte[] buffer, int position) {
        this.buffer = buffer;
        this.position = position;
    }

    int position() {
        return position;
    }

    void tag(int field, int wireType) {
        varint((long) field << 3 | wireType);
    }

    void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            buffer[position++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[position++] = (byte) rest;
    }

    void varintField(int field, long value) {
        tag(field, VARINT);
        varint(value);
    }

    void varintFieldIfSet(int field, long value) {
        if (value != 0) {
            varintField(field, value);
        }
    }

    /** An unsigned 32-bit value. */
    void varintFieldIfSet(int field, int value) {
        varintFieldIfSet(field, Integer.toUnsignedLong(value));
    }

    void fixed32FieldIfSet(int field, int value) {
        if (value != 0) {
            tag(field, FIXED32);
            INT.set(buffer, position, value);
            position += Integer.BYTES;
        }
    }

    void fixed64FieldIfSet(int field, long value) {
        if (value != 0) {
            tag(field, FIXED64);
            LONG.set(buffer, position, value);
            position += Long.BYTES;
        }
    }

    /** 16 bytes in network order: an IPv6 address. */
    void address6Field(int field, long high, long low) {
        tag(field, LENGTH);
        varint(2 * Long.BYTES);
        BIG_LONG.set(buffer, position, high);
        BIG_LONG.set(buffer, position + Long.BYTES, low);
        position += 2 * Long.BYTES;
    }

    /** Longs in little-endian order, one behind the other: a packed list of fixed64, or bytes. */
    void longsField(int field, long[] values, int count) {
        tag(field, LENGTH);
        varint((long) count * Long.BYTES);
        for (int i = 0; i < count; i++) {
            LONG.set(buffer, position, values[i]);
            position += Long.BYTES;
        }
    }

    void bytesFieldIfSet(int field, byte[] value) {
        bytesFieldIfSet(field, value, value.length);
    }

    /** The first bytes of {@code value}. */
    void bytesFieldIfSet(int field, byte[] value, int length) {
        if (length > 0) {
            tag(field, LENGTH);
            varint(length);
            System.arraycopy(value, 0, buffer, position, length);
            position += length;
        }
    }

    /** Begins a message of at most 16,383 bytes. Give the answer to {@link #end(int)} once its fields are written. */
    int begin(int field) {
        tag(field, LENGTH);
        return position++;
    }

    /** Writes the length of the message that began at {@code start}, and makes room for a second byte of it when it needs one. */
    void end(int start) {
        int length = position - start - 1;
        if (length < 0x80) {
            buffer[start] = (byte) length;
            return;
        }
        System.arraycopy(buffer, start + 1, buffer, start + 2, length);
        buffer[start] = (byte) (length | 0x80);
        buffer[start + 1] = (byte) (length >>> 7);
        position++;
    }
}
