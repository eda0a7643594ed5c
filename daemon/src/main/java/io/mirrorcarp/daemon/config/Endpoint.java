// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import io.mirrorcarp.address.AddressText;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address and a port of TCP.
 *
 * @param address of a host; where something is served, all zero for every address of this one
 * @param port 1 to 65535
 */
public record Endpoint(InetAddress address, int port) {
    private static final Pattern FORM = Pattern.compile("(?:([0-9.]+)|\\[([0-9a-fA-F:.]+)]):(\\d{1,5})");
    private static final int MAXIMUM_PORT = 65_535;
    private static final String LOCALHOST = "localhost:";

    /** Reads {@code 127.0.0.1:8112} or {@code [::1]:8112}; empty for anything else. No name is looked up. */
    public static Optional<Endpoint> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(matcher.group(3));
        String host = matcher.group(matcher.group(1) != null ? 1 : 2);
        return port < 1 || port > MAXIMUM_PORT
                ? Optional.empty()
                : AddressText.parse(host).map(address -> new Endpoint(address, port));
    }

    /** The same for an endpoint of this host, which may be {@code localhost:8112} too: 127.0.0.1. */
    public static Optional<Endpoint> parseOwn(String text) {
        return parse(text.startsWith(LOCALHOST) ? "127.0.0.1:" + text.substring(LOCALHOST.length()) : text);
    }

    /** True when nobody outside of this host can reach it. */
    public boolean isLoopback() {
        return address.isLoopbackAddress();
    }
}
