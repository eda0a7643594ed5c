// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import java.util.List;

/**
 * The [pfsync.filter] table.
 *
 * @param protocols the protocols whose flows are replicated
 * @param ignoreAddresses networks whose flows are not, when either end is inside
 */
public record FilterConfiguration(List<Protocol> protocols, List<AddressPrefix> ignoreAddresses) {
    public FilterConfiguration {
        protocols = List.copyOf(protocols);
        ignoreAddresses = List.copyOf(ignoreAddresses);
    }

    /** The IP protocols that a filter can name. */
    public enum Protocol {
        TCP(6),
        UDP(17),
        ICMP(1),
        ICMPV6(58),
        SCTP(132),
        GRE(47),
        DCCP(33),
        UDPLITE(136),
        ESP(50),
        AH(51);

        private final int number;

        Protocol(int number) {
            this.number = number;
        }

        /** The number in the IP header, as IANA assigns it. */
        public int number() {
            return number;
        }
    }
}
