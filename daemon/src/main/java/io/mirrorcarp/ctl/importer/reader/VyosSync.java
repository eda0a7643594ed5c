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
                    reading.leave(
                            line.place(),
                            "interface " + line.word(1),
                            "write all of them into syncdev, the best one first: [\"DEVICE\", \"DEVICE\"]");
                }
                if (line.word(2).equals("peer")) {
                    reading.host(line.place(), "peer", line.word(3)).ifPresent(sync.peers()::add);
                } else if (!line.word(2).isEmpty()) {
                    reading.leave(line.place(), line.word(2), "the state channel is IP protocol 240 and has no port");
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
            case "expect-sync" ->
                reading.leave(
                        line.place(), line.key(), "expectations go with the flow that made them, whatever the helper");
            case "mcast-group", "listen-address" ->
                reading.leave(
                        line.place(),
                        line.key() + " " + line.word(1),
                        "the state channel has a group of its own, and the address of its device");
            default -> reading.leave(line.place(), line.key(), "carpd decides this by itself");
        }
    }
}
