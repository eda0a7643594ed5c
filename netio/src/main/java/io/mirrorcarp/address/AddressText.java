// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.address;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses as text. Only literals: no name is ever looked up. IPv4 inside IPv6 (::ffff:192.0.2.1) is refused. */
public final class AddressText {
    private static final Pattern V4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    private AddressText() {}

    /** The address; empty when the text is none. IPv4 needs all four numbers, in decimal, without leading zeros. */
    public static Optional<InetAddress> parse(String text) {
        if (V4.matcher(text).matches()) {
            return parseV4(text);
        }
        if (!V6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            // A text with a colon is a literal or an error: the resolver is not asked.
            InetAddress address = InetAddress.getByName(text);
            return address instanceof Inet6Address ? Optional.of(address) : Optional.empty();
        } catch (UnknownHostException expected) {
            return Optional.empty();
        }
    }

    private static Optional<InetAddress> parseV4(String text) {
        String[] parts = text.split("\\.", -1);
        byte[] bytes = new byte[4];
        for (int i = 0; i < bytes.length; i++) {
            int value = Integer.parseInt(parts[i]);
            if (value > 255 || !parts[i].equals(Integer.toString(value))) {
                return Optional.empty();
            }
            bytes[i] = (byte) value;
        }
        return Optional.of(ofBytes(bytes));
    }

    /** The address in its shortest form: RFC 5952 for IPv6. */
    public static String format(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return address.getHostAddress();
        }
        int[] groups = new int[8];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
        }
        int start = longestRunOfZeros(groups);
        int length = runOfZeros(groups, start);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < groups.length; i++) {
            if (length > 1 && i == start) {
                text.append("::");
                i += length - 1;
            } else {
                if (i > 0 && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static int longestRunOfZeros(int[] groups) {
        int best = 0;
        for (int i = 1; i < groups.length; i++) {
            if (runOfZeros(groups, i) > runOfZeros(groups, best)) {
                best = i;
            }
        }
        return best;
    }

    private static int runOfZeros(int[] groups, int start) {
        int end = start;
        while (end < groups.length && groups[end] == 0) {
            end++;
        }
        return end - start;
    }

    private static InetAddress ofBytes(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 bytes are an address", e);
        }
    }
}
