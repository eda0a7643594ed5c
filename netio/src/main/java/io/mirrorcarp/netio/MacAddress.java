// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * An Ethernet address.
 *
 * @param value the six bytes as a number, the first byte highest; 0 to 2^48 - 1
 */
public record MacAddress(long value) {

    /** {@code ff:ff:ff:ff:ff:ff}. */
    public static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);

    /** Checks the range. */
    public MacAddress {
        if (value >>> 48 != 0) {
            throw new IllegalArgumentException("an Ethernet address has 48 bits");
        }
    }

    /** From the first six bytes of an array. */
    public static MacAddress of(byte[] bytes) {
        long value = 0;
        for (int i = 0; i < 6; i++) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return new MacAddress(value);
    }

    /** From text such as {@code 00:00:5e:00:01:2a}. */
    public static MacAddress parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 6) {
            throw new IllegalArgumentException("no Ethernet address: " + text);
        }
        long value = 0;
        for (String part : parts) {
            value = value << 8 | (Integer.parseInt(part, 16) & 0xff);
        }
        return new MacAddress(value);
    }

    /** The six bytes. */
    public byte[] bytes() {
        byte[] bytes = new byte[6];
        for (int i = 0; i < 6; i++) {
            bytes[i] = (byte) (value >>> (40 - 8 * i));
        }
        return bytes;
    }

    /** Writes the six bytes at the buffer's position. */
    public void put(ByteBuffer buffer) {
        for (int shift = 40; shift >= 0; shift -= 8) {
            buffer.put((byte) (value >>> shift));
        }
    }

    @Override
    public String toString() {
        byte[] b = bytes();
        return String.format(Locale.ROOT, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
    }
}
