// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.entry;

import io.mirrorcarp.pfsync.message.StateRecord;
import java.nio.ByteOrder;

/**
 * What a few flows have besides their tuples and states: a helper, a master, adjusted sequence numbers, labels, a SYN proxy, a zone of one direction, expectations. Items one behind the
 * other, each with a type (1 byte), a length (2 bytes, big-endian) and so many bytes. The value of most items is that of the ctnetlink attribute of the same number; attributes nested in
 * it have headers in little-endian order, so a big-endian machine neither sends nor takes them.
 */
public final class Attachment {
    /** The helper's name, at most 15 letters of ASCII and a NUL. */
    public static final int HELPER = 5;
    /** The original tuple of the flow whose helper expected this one: CTA_TUPLE_MASTER. */
    public static final int MASTER = 14;
    /** CTA_SEQ_ADJ_ORIG and CTA_SEQ_ADJ_REPLY. */
    public static final int SEQUENCE_ORIGINAL = 15;

    public static final int SEQUENCE_REPLY = 16;
    /** CTA_LABELS: 16 bytes. */
    public static final int LABELS = 22;
    /** CTA_SYNPROXY. */
    public static final int SYNPROXY = 24;
    /** The zone is that of the original direction alone; no value. */
    public static final int ORIGINAL_ZONE = 200;
    /** The zone of the reply direction alone: 2 bytes, big-endian. */
    public static final int REPLY_ZONE = 201;
    /** An expectation: items of its own, of the types CTA_EXPECT_*. May be there several times. */
    public static final int EXPECTATION = 202;

    /** Whether values with nested attributes can be exchanged with others. */
    public static final boolean PORTABLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private static final int HEADER = 3;
    private static final int NAME_MAX = 15;

    /** The items; the first {@link #length} bytes. */
    public final byte[] bytes = new byte[StateRecord.ATTACHMENT_MAX_BYTES];

    public int length;

    /** Begins an item; its value of {@code valueLength} bytes goes to the answered offset. -1, and nothing changes, where it does not fit. */
    public int add(int type, int valueLength) {
        if (valueLength > bytes.length - length - HEADER) {
            return -1;
        }
        bytes[length] = (byte) type;
        setLength(length, valueLength);
        int value = length + HEADER;
        length = value + valueLength;
        return value;
    }

    private void setLength(int item, int valueLength) {
        bytes[item + 1] = (byte) (valueLength >> 8);
        bytes[item + 2] = (byte) valueLength;
    }

    /** Makes one item out of all that was added since the attachment had {@code start} bytes. It must fit. */
    public boolean wrap(int start, int type) {
        int valueLength = length - start;
        if (HEADER > bytes.length - length) {
            length = start;
            return false;
        }
        System.arraycopy(bytes, start, bytes, start + HEADER, valueLength);
        bytes[start] = (byte) type;
        setLength(start, valueLength);
        length += HEADER;
        return true;
    }

    /** Where the first item of a type begins, or -1. */
    public int find(int type) {
        for (int item = 0; item < length; item = next(item)) {
            if (type(item) == type) {
                return item;
            }
        }
        return -1;
    }

    public boolean has(int type) {
        return find(type) >= 0;
    }

    /** The type of the item that begins there. */
    public int type(int item) {
        return bytes[item] & 0xff;
    }

    /** Where the item's value begins. */
    public int value(int item) {
        return item + HEADER;
    }

    /** How many bytes its value has. */
    public int valueLength(int item) {
        return (bytes[item + 1] & 0xff) << 8 | (bytes[item + 2] & 0xff);
    }

    /** Where the next item begins. */
    public int next(int item) {
        return item + HEADER + valueLength(item);
    }

    /** Takes the first item of a type out. */
    public void remove(int type) {
        int item = find(type);
        if (item >= 0) {
            int next = next(item);
            System.arraycopy(bytes, next, bytes, item, length - next);
            length -= next - item;
        }
    }

    /** Takes bytes that came from elsewhere. False where they are not whole items, or the name of a helper is none. */
    public boolean read(byte[] from, int fromLength) {
        length = 0;
        if (fromLength > bytes.length) {
            return false;
        }
        System.arraycopy(from, 0, bytes, 0, fromLength);
        length = fromLength;
        boolean whole = isWhole(0, fromLength);
        if (!whole) {
            length = 0;
        }
        return whole;
    }

    private boolean isWhole(int from, int end) {
        int item = from;
        while (item < end) {
            if (end - item < HEADER || valueLength(item) > end - item - HEADER || !isValid(item)) {
                return false;
            }
            item = next(item);
        }
        return true;
    }

    private boolean isValid(int item) {
        return switch (type(item)) {
            case HELPER -> isName(value(item), valueLength(item));
            case REPLY_ZONE -> valueLength(item) == 2;
            case EXPECTATION -> isWhole(value(item), next(item));
            default -> true;
        };
    }

    private boolean isName(int at, int count) {
        int end = at + count - 1;
        boolean name = count > 1 && count <= NAME_MAX + 1 && bytes[end] == 0;
        for (int i = at; i < end && name; i++) {
            name = bytes[i] > ' ' && bytes[i] < 0x7f;
        }
        return name;
    }

    /** Whether the item's value is this text with a NUL. */
    public boolean is(int item, String text) {
        boolean same = valueLength(item) == text.length() + 1;
        for (int i = 0; i < text.length() && same; i++) {
            same = bytes[value(item) + i] == text.charAt(i);
        }
        return same;
    }

    /** Adds the items of another one. False, and nothing changes, where they do not fit. */
    public boolean append(Attachment other) {
        boolean fits = other.length <= bytes.length - length;
        if (fits) {
            System.arraycopy(other.bytes, 0, bytes, length, other.length);
            length += other.length;
        }
        return fits;
    }

    public void copyFrom(Attachment other) {
        System.arraycopy(other.bytes, 0, bytes, 0, other.length);
        length = other.length;
    }
}
