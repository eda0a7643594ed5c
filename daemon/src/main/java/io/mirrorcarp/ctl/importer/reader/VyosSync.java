// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.SyncDraft;
import io.mirrorcarp.ctl.importer.source.Statement;
import java.util.OptionalInt;

/** The {@code service conntrack-sync} of VyOS. */
final class VyosSync {
    private final Reading reading;

    VyosSync(Reading reading) {
        this.reading = reading;
    }

    /** Takes one setting: its name and its values. */
    void setting(Statement line) {
        SyncDraft sync = reading.sync(line.place());
        switch (line.key()) {
            case "interface" -> {
                if (sync.syncdev().isEmpty() || sync.syncdev().equals(line.word(1))) {
                    sync.syncdev(line.word(1));
                } else {
                    reading.leave(line.place(), "interface " + line.word(1), "the state channel has one device");
                }
                if (line.word(2).equals("peer")) {
                    reading.host(line.place(), "peer", line.word(3)).ifPresent(sync.peers()::add);
                }
            }
            case "accept-protocol" -> {
                for (String name : line.word(1).split(",", -1)) {
                    ProtocolNames.find(name.strip())
                            .ifPresentOrElse(
                                    sync.protocols()::add,
                                    () -> reading.leave(
                                            line.place(), "accept-protocol " + name, "carpd cannot replicate it"));
                }
            }
            case "ignore-address" -> {
                String text = line.word(line.words().size() - 1);
                Prefixes.parse(text, OptionalInt.empty())
                        .map(Prefixes::network)
                        .ifPresentOrElse(
                                sync.ignored()::add,
                                () -> reading.leave(line.place(), "ignore-address " + text, "not an IP address"));
            }
            case "failover-mechanism", "mcast-group", "disable-external-cache", "listen-address" -> {
                // The channel has a group and an election of its own, and puts copies into the kernel at once.
            }
            case "expect-sync" -> reading.leave(line.place(), line.key(), "expectations of helpers are not replicated");
            default -> reading.leave(line.place(), line.key(), "carpd decides this by itself");
        }
    }
}
