// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.conntrack.entry.AddressPrefix;
import io.mirrorcarp.conntrack.entry.ExportFilter;
import io.mirrorcarp.conntrack.io.ConntrackSettings;
import io.mirrorcarp.daemon.config.FilterConfiguration;
import io.mirrorcarp.daemon.config.NodeConfiguration;
import io.mirrorcarp.daemon.config.PfsyncConfiguration;
import io.mirrorcarp.pfsync.PfsyncOptions;
import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.flows.KnownTables;
import java.util.HashMap;
import java.util.Map;

/** What the configuration means for replication. */
final class PfsyncSetup {
    private PfsyncSetup() {}

    static PfsyncOptions options(NodeConfiguration node, PfsyncConfiguration pfsync, KnownTables before) {
        return new PfsyncOptions(
                node.hostId(),
                node.name(),
                pfsync.syncdev(),
                pfsync.syncpeers(),
                keyring(pfsync),
                Math.max(1, pfsync.maxupd()),
                pfsync.bulkTimeout(),
                before);
    }

    static Keyring keyring(PfsyncConfiguration pfsync) {
        Map<Integer, byte[]> secrets = new HashMap<>();
        pfsync.keys().forEach((id, file) -> secrets.put(id, file.secret().bytes()));
        return new Keyring(secrets, pfsync.activeKey());
    }

    static ConntrackSettings conntrack(FilterConfiguration filter) {
        return ConntrackSettings.of(new ExportFilter(
                filter.protocols().stream()
                        .map(FilterConfiguration.Protocol::number)
                        .toList(),
                filter.ignoreAddresses().stream()
                        .map(prefix -> AddressPrefix.of(prefix.address(), prefix.length()))
                        .toList()));
    }
}
