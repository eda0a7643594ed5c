// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.address.AddressText;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What guesses are counted by: an IPv4 address, or the /64 of an IPv6 address, since whoever has one of these has all. */
final class AddressKey {
    private static final int NETWORK_BYTES = 8;

    private AddressKey() {}

    static String of(@Nullable String text) {
        if (text == null) {
            return "";
        }
        Optional<InetAddress> parsed = parse(text);
        if (parsed.isEmpty() || !(parsed.get() instanceof Inet6Address address)) {
            return text;
        }
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, NETWORK_BYTES, bytes.length, (byte) 0);
        try {
            return AddressText.format(InetAddress.getByAddress(bytes)) + "/64";
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an address", e);
        }
    }

    /** Whether this is a loopback address. */
    static boolean isOfThisHost(@Nullable String text) {
        return text != null && parse(text).map(InetAddress::isLoopbackAddress).orElse(false);
    }

    private static Optional<InetAddress> parse(String text) {
        int zone = text.indexOf('%');
        return AddressText.parse(zone < 0 ? text : text.substring(0, zone));
    }
}
