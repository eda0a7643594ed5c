// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the web pages are served.
 *
 * @param address of an interface of this host; all zero for all of them
 * @param port 1 to 65535
 */
public record HttpAddress(InetAddress address, int port) {
    private static final Pattern FORM = Pattern.compile("(?:([0-9.]+)|\\[([0-9a-fA-F:.]+)]|(localhost)):(\\d{1,5})");
    private static final int MAXIMUM_PORT = 65_535;

    /** Reads {@code 127.0.0.1:8112}, {@code [::1]:8112} or {@code localhost:8112}; empty for anything else. No name is looked up. */
    public static Optional<HttpAddress> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(matcher.group(4));
        String host = matcher.group(3) != null ? "127.0.0.1" : matcher.group(matcher.group(1) != null ? 1 : 2);
        return port < 1 || port > MAXIMUM_PORT
                ? Optional.empty()
                : AddressText.parse(host).map(address -> new HttpAddress(address, port));
    }

    /** True when nobody outside of this host can reach it. */
    public boolean isLoopback() {
        return address.isLoopbackAddress();
    }
}
