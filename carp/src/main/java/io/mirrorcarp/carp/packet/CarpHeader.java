// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import java.nio.ByteBuffer;

/**
 * The 36-byte CARP header, big endian. The layout is that of {@code struct carp_header} in the BSDs' ip_carp.h.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------+-------+---------------+---------------+---------------+
 *  | ver 2 | type 1|     vhid      |    advskew    |  authlen = 7  |
 *  +-------+-------+---------------+---------------+---------------+
 *  |    demote     |    advbase    |           checksum            |
 *  +---------------+---------------+-------------------------------+
 *  |                        counter (64 bits)                      |
 *  +---------------------------------------------------------------+
 *  |                    HMAC-SHA1 digest (20 bytes)                |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * The checksum is RFC 1071's over these 36 bytes alone, without a pseudo header, for IPv6 too. As on every BSD, the type
 * nibble and authlen are not checked on receipt.
 */
final class CarpHeader {
    static final int LENGTH = 36;
    static final int PROTOCOL = 112;
    static final int VERSION = 2;

    private static final int TYPE_ADVERTISEMENT = 1;
    private static final int AUTHLEN_WORDS = 7;

    private CarpHeader() {}

    static void put(ByteBuffer frame, CarpAdvertisement advertisement) {
        int start = frame.position();
        frame.put((byte) (VERSION << 4 | TYPE_ADVERTISEMENT))
                .put((byte) advertisement.vhid())
                .put((byte) advertisement.advskew())
                .put((byte) AUTHLEN_WORDS)
                .put((byte) advertisement.demote())
                .put((byte) advertisement.advbase())
                .putShort((short) 0)
                .putLong(advertisement.counter())
                .put(advertisement.md().bytes());
        frame.putShort(start + 6, (short) InternetChecksum.of(frame, start, LENGTH));
    }

    static boolean checksumIsRight(ByteBuffer frame, int start) {
        return InternetChecksum.of(frame, start, LENGTH) == 0;
    }

    static int version(ByteBuffer frame, int start) {
        return frame.get(start) >>> 4 & 0xf;
    }

    static int vhid(ByteBuffer frame, int start) {
        return frame.get(start + 1) & 0xff;
    }

    static CarpAdvertisement get(ByteBuffer frame, int start) {
        byte[] md = new byte[Digest.LENGTH];
        frame.get(start + 16, md);
        return new CarpAdvertisement(
                vhid(frame, start),
                frame.get(start + 2) & 0xff,
                frame.get(start + 5) & 0xff,
                frame.get(start + 4) & 0xff,
                frame.getLong(start + 8),
                Digest.of(md));
    }
}
