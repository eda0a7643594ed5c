// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The eight bytes of authentication data of a VRRPv2 advertisement (RFC 2338, type 1). Everyone on the segment can read them: they keep apart virtual routers that somebody has
 * given the same number by mistake, and no more. Never printed.
 *
 * @param bits the bytes, big endian; a shorter password is followed by zeros
 */
public record VrrpPassword(long bits) {
    /** The type of an advertisement without one, RFC 3768. */
    public static final int NO_AUTHENTICATION = 0;
    /** The type of one with a password. */
    public static final int SIMPLE_TEXT = 1;

    /** No password. */
    public static final VrrpPassword NONE = new VrrpPassword(0);

    /** The first eight bytes of a password, as keepalived takes them. */
    public static VrrpPassword of(byte[] password) {
        return new VrrpPassword(
                ByteBuffer.wrap(Arrays.copyOf(password, Long.BYTES)).getLong());
    }

    /** The authentication type of who has this password. */
    public int type() {
        return bits == 0 ? NO_AUTHENTICATION : SIMPLE_TEXT;
    }

    @Override
    public String toString() {
        return "VrrpPassword[secret]";
    }
}
