// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.conntrack.entry.FlowChoice;
import io.mirrorcarp.conntrack.io.ConntrackSettings;
import io.mirrorcarp.daemon.config.FilterConfiguration;
import io.mirrorcarp.daemon.config.NodeConfiguration;
import io.mirrorcarp.daemon.config.PfsyncConfiguration;
import io.mirrorcarp.daemon.config.Transport;
import io.mirrorcarp.pfsync.PfsyncOptions;
import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.flows.KnownTables;
import io.mirrorcarp.pfsync.io.SyncTransport;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What the configuration means for replication. */
final class PfsyncSetup {
    private PfsyncSetup() {}

    static PfsyncOptions options(NodeConfiguration node, PfsyncConfiguration pfsync, KnownTables before) {
        return new PfsyncOptions(
                node.hostId(),
                node.name(),
                pfsync.syncdevs(),
                pfsync.syncpeers(),
                pfsync.transport() == Transport.UDP ? SyncTransport.UDP : SyncTransport.IP,
                keyring(pfsync),
                pfsync.maxupd(),
                pfsync.filter().minAge(),
                pfsync.importFilter().minAge(),
                pfsync.bulkTimeout(),
                before);
    }

    static Keyring keyring(PfsyncConfiguration pfsync) {
        Map<Integer, byte[]> secrets = new HashMap<>();
        pfsync.keys().forEach((id, file) -> secrets.put(id, file.secret().bytes()));
        return new Keyring(secrets, pfsync.activeKey());
    }

    static ConntrackSettings conntrack(PfsyncConfiguration pfsync) {
        return ConntrackSettings.of(choice(pfsync.filter()), choice(pfsync.importFilter()));
    }

    private static FlowChoice choice(FilterConfiguration filter) {
        return new FlowChoice(
                filter.protocols().stream()
                        .map(FilterConfiguration.Protocol::number)
                        .collect(Collectors.toSet()),
                filter.addresses(),
                filter.ignoreAddresses(),
                Set.copyOf(filter.zones()),
                Set.copyOf(filter.ignoreZones()),
                filter.marks(),
                filter.ignoreMarks(),
                filter.states().stream()
                        .map(FilterConfiguration.TcpState::number)
                        .collect(Collectors.toSet()));
    }
}
