// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import java.nio.ByteBuffer;

/** The ones' complement sum of RFC 1071. */
final class InternetChecksum {
    private InternetChecksum() {}

    /** The sum of big-endian 16-bit words, not yet folded or inverted; an odd last byte counts as the high byte of a word. */
    static long sum(ByteBuffer bytes, int from, int length) {
        long sum = 0;
        int end = from + length;
        int index = from;
        for (; index + 1 < end; index += 2) {
            sum += Short.toUnsignedInt(bytes.getShort(index));
        }
        return index < end ? sum + (Byte.toUnsignedInt(bytes.get(index)) << 8) : sum;
    }

    /** The value for the checksum field, given the sum with that field zero; 0 when the sum included a right field. */
    static int finish(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) (~folded & 0xffff);
    }

    static int of(ByteBuffer bytes, int from, int length) {
        return finish(sum(bytes, from, length));
    }
}
