// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.SyncDraft;
import io.mirrorcarp.ctl.importer.source.BraceText;
import io.mirrorcarp.ctl.importer.source.SourceFile;
import io.mirrorcarp.ctl.importer.source.Statement;
import io.mirrorcarp.daemon.config.AddressPrefix;
import io.mirrorcarp.daemon.config.FilterConfiguration.Protocol;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** conntrackd.conf: its Sync section and its filter. */
public final class ConntrackdReader implements Reader {
    private static final String ALWAYS =
            "carpd has no such choice: it is reliable, and puts copies into the kernel at once";

    @Override
    public void read(SourceFile file, Reading reading) {
        for (Statement section : BraceText.parse(file, "#")) {
            switch (section.key()) {
                case "Sync" -> sync(section, reading);
                case "General" -> general(section, reading);
                case "Helper" ->
                    reading.leave(
                            section.place(),
                            "Helper",
                            "carpd runs no helpers: keep conntrackd for them, or use the kernel's");
                default -> reading.leave(section.place(), section.key(), "carpd has nothing like it");
            }
        }
    }

    private static void sync(Statement sync, Reading reading) {
        List<Statement> links = sync.block().stream()
                .filter(part -> List.of("Multicast", "UDP", "TCP").contains(part.key()))
                .toList();
        Statement chosen = links.stream()
                .filter(link -> link.word(1).equals("Default"))
                .findFirst()
                .orElse(links.isEmpty() ? null : links.get(0));
        for (Statement part : sync.block()) {
            if (part.equals(chosen)) {
                link(part, reading);
            } else if (links.contains(part)) {
                reading.leave(part.place(), part.key(), "the state channel has one device");
            } else {
                leaveAll(part, reading);
            }
        }
        if (chosen == null) {
            reading.leave(sync.place(), "Sync", "it names no Multicast, UDP or TCP link: there is no syncdev");
        }
    }

    private static void link(Statement link, Reading reading) {
        SyncDraft sync = reading.sync(link.place());
        for (Statement line : link.block()) {
            switch (line.key()) {
                case "Interface" -> sync.syncdev(line.word(1));
                case "IPv4_Destination_Address", "IPv6_Destination_Address" ->
                    reading.host(line.place(), line.key(), line.word(1)).ifPresent(sync.peers()::add);
                case "IPv4_address", "IPv6_address", "IPv4_interface", "IPv6_interface", "Group", "Port" -> {
                    // The channel has an address, a group and a protocol number of its own.
                }
                default -> reading.leave(line.place(), line.key(), "carpd decides this by itself");
            }
        }
    }

    private static void general(Statement general, Reading reading) {
        for (Statement line : general.block()) {
            switch (line.key()) {
                case "Filter" -> line.block().forEach(part -> filter(part, reading));
                case "Systemd", "LockFile", "UNIX" -> {
                    // How the daemon itself is run.
                }
                case "LogFile", "Syslog" -> reading.leave(line.place(), line.key(), "carpd logs to standard error");
                default -> reading.leave(line.place(), line.key(), "carpd decides this by itself");
            }
        }
    }

    private static void filter(Statement part, Reading reading) {
        boolean accept = part.word(1).equals("Accept");
        if (part.key().equals("Protocol")) {
            protocols(part, accept, reading);
        } else if (part.key().equals("Address") && !accept) {
            part.block().forEach(line -> ignore(line, reading));
        } else {
            String what = part.key() + " " + part.word(1);
            reading.leave(part.place(), what, "a filter names protocols, and addresses to ignore: see [pfsync.filter]");
        }
    }

    private static void protocols(Statement part, boolean accept, Reading reading) {
        Set<Protocol> protocols = reading.sync(part.place()).protocols();
        if (!accept) {
            protocols.addAll(ProtocolNames.USUAL);
        }
        for (Statement line : part.block()) {
            for (String name : line.words()) {
                Optional<Protocol> protocol = ProtocolNames.find(name);
                if (protocol.isEmpty()) {
                    reading.leave(line.place(), "Protocol " + name, "carpd cannot replicate it");
                } else if (accept) {
                    protocols.add(protocol.get());
                } else {
                    protocols.remove(protocol.get());
                }
            }
        }
    }

    private static void ignore(Statement line, Reading reading) {
        Optional<AddressPrefix> prefix = Prefixes.parse(line.word(1), OptionalInt.empty());
        if (prefix.isEmpty()) {
            reading.leave(line.place(), line.key().toLowerCase(Locale.ROOT) + " " + line.word(1), "not an IP address");
            return;
        }
        AddressPrefix network = Prefixes.network(prefix.get());
        if (network.address().isLoopbackAddress()) {
            // carpd never replicates these.
            return;
        }
        SyncDraft sync = reading.sync(line.place());
        if (!sync.ignored().contains(network)) {
            sync.ignored().add(network);
        }
    }

    private static void leaveAll(Statement part, Reading reading) {
        if (part.block().isEmpty()) {
            reading.leave(part.place(), part.key() + " " + part.word(1), ALWAYS);
        }
        for (Statement line : part.block()) {
            String why = line.key().startsWith("Expectation") ? "expectations of helpers are not replicated" : ALWAYS;
            reading.leave(line.place(), (line.key() + " " + line.word(1)).strip(), why);
        }
    }
}
