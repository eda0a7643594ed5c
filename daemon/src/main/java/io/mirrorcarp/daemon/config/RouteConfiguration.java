// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.address.AddressText;
import java.net.InetAddress;

/**
 * A route of a [carp.NAME] table, which the master has.
 *
 * @param destination a network; of length 0 for all of a family
 * @param gateway the next hop, of the same family
 * @param metric 0 for the usual one
 */
public record RouteConfiguration(AddressPrefix destination, InetAddress gateway, int metric) {

    /** As the file spells it: {@code default via 203.0.113.6 metric 50}. */
    @Override
    public String toString() {
        String where = destination.length() == 0 ? "default" : destination.toString();
        return where + " via " + AddressText.format(gateway) + (metric == 0 ? "" : " metric " + metric);
    }
}
