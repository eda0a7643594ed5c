// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import io.mirrorcarp.address.AddressText;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host that a check looks at.
 *
 * @param address an IP address
 * @param port 1 to 65535; 0 where none was given
 * @param device the interface behind which a link-local IPv6 address is; empty for every other address
 */
public record CheckHost(InetAddress address, int port, String device) {
    private static final Pattern DEVICE = Pattern.compile("%([^\\s/%\\]]{1,15})");

    /** Reads {@code 192.0.2.1}, {@code 2001:db8::1} or {@code fe80::1%eth0}; empty for anything else. No name is looked up. */
    public static Optional<CheckHost> parse(String text) {
        return parse(text, plain -> AddressText.parse(plain).map(address -> new CheckHost(address, 0, "")));
    }

    /** Reads {@code 192.0.2.1:443} or {@code [fe80::1%eth0]:443}; empty for anything else. */
    public static Optional<CheckHost> parseWithPort(String text) {
        return parse(
                text, plain -> Endpoint.parse(plain).map(found -> new CheckHost(found.address(), found.port(), "")));
    }

    private static Optional<CheckHost> parse(String text, Function<String, Optional<CheckHost>> withoutDevice) {
        Matcher matcher = DEVICE.matcher(text);
        String device = matcher.find() ? matcher.group(1) : "";
        return withoutDevice
                .apply(device.isEmpty() ? text : matcher.replaceFirst(""))
                .filter(host -> host.isLinkLocal() != device.isEmpty())
                .map(host -> new CheckHost(host.address, host.port, device));
    }

    private boolean isLinkLocal() {
        return address instanceof Inet6Address && address.isLinkLocalAddress();
    }

    /** The address as a configuration has it. */
    public String text() {
        return AddressText.format(address) + (device.isEmpty() ? "" : "%" + device);
    }
}
