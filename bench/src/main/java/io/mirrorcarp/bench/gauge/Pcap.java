// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.gauge;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A capture file of tcpdump's in host order with nanoseconds: a header of 24 bytes, then for each packet seconds, nanoseconds, captured length, length, and the
 * bytes. What follows a record that is cut off is left out. Another format has no packets.
 */
final class Pcap {
    private static final int MAGIC_NANOS = 0xa1b23c4d;
    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;
    private static final long SECOND_NANOS = 1_000_000_000;

    /** Takes packets. */
    interface Packets {
        /**
         * One packet.
         *
         * @param nanos since 1970
         * @param bytes of the whole file, network order
         * @param start of the Ethernet header
         * @param end behind the packet
         */
        void packet(long nanos, ByteBuffer bytes, int start, int end);
    }

    private Pcap() {}

    static void read(byte[] file, Packets packets) {
        ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.nativeOrder());
        if (header.remaining() < FILE_HEADER || header.getInt(0) != MAGIC_NANOS) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(file);
        int position = FILE_HEADER;
        while (position + RECORD_HEADER <= file.length) {
            int length = header.getInt(position + 8);
            if (length < 0 || length > file.length - position - RECORD_HEADER) {
                break;
            }
            long nanos = Integer.toUnsignedLong(header.getInt(position)) * SECOND_NANOS + header.getInt(position + 4);
            int start = position + RECORD_HEADER;
            packets.packet(nanos, bytes, start, start + length);
            position = start + length;
        }
    }
}
