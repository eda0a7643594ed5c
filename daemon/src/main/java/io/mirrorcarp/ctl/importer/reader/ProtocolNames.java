// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.daemon.config.FilterConfiguration.Protocol;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Protocols as other tools name them. */
final class ProtocolNames {
    /** Those that carpd replicates when nobody says otherwise. */
    static final Set<Protocol> USUAL =
            Set.of(Protocol.TCP, Protocol.UDP, Protocol.ICMP, Protocol.ICMPV6, Protocol.SCTP, Protocol.GRE);

    /** CARP's and pfsync's own. */
    private static final Set<Integer> NEVER = Set.of(112, 240);

    private static final Map<String, Protocol> NAMES = Map.of(
            "tcp", Protocol.TCP,
            "udp", Protocol.UDP,
            "icmp", Protocol.ICMP,
            "icmpv6", Protocol.ICMPV6,
            "ipv6-icmp", Protocol.ICMPV6,
            "sctp", Protocol.SCTP,
            "gre", Protocol.GRE,
            "dccp", Protocol.DCCP,
            "udplite", Protocol.UDPLITE);

    private ProtocolNames() {}

    /** The one of the table that has this number; otherwise itself. */
    private static Protocol usual(Protocol other) {
        return NAMES.values().stream()
                .filter(named -> named.number() == other.number())
                .findFirst()
                .orElse(other);
    }

    static Optional<Protocol> find(String name) {
        return Optional.ofNullable(NAMES.get(name.toLowerCase(Locale.ROOT)))
                .or(() -> Protocol.of(name).map(ProtocolNames::usual))
                .filter(protocol -> !NEVER.contains(protocol.number()));
    }
}
