// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A route through an interface, which lasts no longer than an address of this host: its source address.
 *
 * @param ifindex the interface
 * @param destination its bits beyond the prefix length are 0; of the family of the source
 * @param prefixLength 0 to 32 or 128
 * @param gateway the next hop; null for hosts on the segment itself
 * @param source an address that this host has, which packets of its own get
 * @param metric the smaller one is taken; at least 1 with IPv6
 * @param table of routes: {@link #MAIN_TABLE}, or that of a VRF
 * @param protocol who made the route, 5 to 255: the text behind {@code proto} of ip-route(8)
 */
public record Route(
        int ifindex,
        InetAddress destination,
        int prefixLength,
        @Nullable InetAddress gateway,
        InetAddress source,
        int metric,
        int table,
        int protocol) {
    /** {@code RT_TABLE_MAIN}. */
    public static final int MAIN_TABLE = 254;

    @Override
    public String toString() {
        String via = gateway == null ? "" : " via " + gateway.getHostAddress();
        return destination.getHostAddress() + "/" + prefixLength + via;
    }
}
