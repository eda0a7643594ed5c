// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.ctl.importer.model.SyncDraft;
import io.mirrorcarp.ctl.importer.source.BraceText;
import io.mirrorcarp.ctl.importer.source.SourceFile;
import io.mirrorcarp.ctl.importer.source.Statement;
import io.mirrorcarp.daemon.config.FilterConfiguration.Protocol;
import io.mirrorcarp.daemon.config.FilterConfiguration.TcpState;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** conntrackd.conf: its Sync section and its filter. */
public final class ConntrackdReader implements Reader {
    private static final String ALWAYS =
            "carpd has no such choice: it is reliable, and puts copies into the kernel at once";

    private static final String OWN_ADDRESS = "the state channel uses the address that its device has";

    @Override
    public void read(SourceFile file, Reading reading) {
        for (Statement section : BraceText.parse(file, "#")) {
            switch (section.key()) {
                case "Sync" -> sync(section, reading);
                case "General" -> general(section, reading);
                case "Helper" ->
                    reading.leave(
                            section, "Helper", "carpd runs no helpers: keep conntrackd for them, or use the kernel's");
                default -> reading.leave(section, section.key(), "carpd has nothing like it");
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
                reading.leave(
                        part,
                        part.key() + " " + device(part),
                        "write all of them into syncdev, the best one first: [\"DEVICE\", \"DEVICE\"]");
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
                case "IPv4_address", "IPv6_address" ->
                    reading.leave(line.place(), line.key() + " " + line.word(1), ownAddress(link));
                case "IPv4_interface", "IPv6_interface" ->
                    reading.leave(line.place(), line.key() + " " + line.word(1), OWN_ADDRESS);
                case "Group", "Port" ->
                    reading.leave(
                            line.place(),
                            line.key() + " " + line.word(1),
                            "the state channel is IP protocol 240 and has no port: let that pass the packet filter");
                default -> reading.leave(line.place(), line.key(), "carpd decides this by itself");
            }
        }
    }

    private static String device(Statement link) {
        return link.child("Interface").map(line -> line.word(1)).orElse("").strip();
    }

    private static String ownAddress(Statement link) {
        return link.key().equals("Multicast") ? "the state channel has a group of its own, 224.0.0.240" : OWN_ADDRESS;
    }

    private static void general(Statement general, Reading reading) {
        for (Statement line : general.block()) {
            switch (line.key()) {
                case "Filter" -> line.block().forEach(part -> filter(part, reading));
                case "Systemd", "LockFile", "UNIX" ->
                    reading.leave(line, line.key(), "systemd runs carpd, and carpctl asks it: [admin] socket");
                case "LogFile", "Syslog" -> reading.leave(line.place(), line.key(), "carpd logs to standard error");
                default ->
                    reading.leave(line, (line.key() + " " + line.word(1)).strip(), "carpd decides this by itself");
            }
        }
    }

    private static void filter(Statement part, Reading reading) {
        boolean accept = part.word(1).equals("Accept");
        if (part.key().equals("Protocol")) {
            protocols(part, accept, reading);
        } else if (part.key().equals("Address")) {
            part.block().forEach(line -> address(line, accept, reading));
        } else if (part.key().equals("State")) {
            states(part, accept, reading);
        } else {
            String what = part.key() + " " + part.word(1);
            reading.leave(part.place(), what, "not a filter of conntrackd: see [pfsync.filter]");
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
                } else if (!protocols.remove(protocol.get())) {
                    reading.leave(line.place(), "Protocol " + name, "carpd does not replicate it unless told to");
                }
            }
        }
    }

    private static void address(Statement line, boolean accept, Reading reading) {
        String what = line.key().toLowerCase(Locale.ROOT) + " " + line.word(1);
        Optional<AddressPrefix> prefix = Prefixes.parse(line.word(1), OptionalInt.empty());
        if (prefix.isEmpty()) {
            reading.leave(line.place(), what, "not an IP address");
            return;
        }
        AddressPrefix network = Prefixes.network(prefix.get());
        boolean isLoopback = network.address().isLoopbackAddress();
        SyncDraft sync = reading.sync(line.place());
        List<AddressPrefix> list = accept ? sync.wanted() : sync.ignored();
        // carpd never replicates what a host says to itself.
        if (accept && isLoopback) {
            reading.leave(line.place(), what, "flows of the loopback device are never replicated");
        } else if (!isLoopback && !list.contains(network)) {
            list.add(network);
        }
    }

    /** {@code ESTABLISHED CLOSED ... for TCP}. */
    private static void states(Statement part, boolean accept, Reading reading) {
        Set<TcpState> states = reading.sync(part.place()).states();
        if (!accept) {
            states.addAll(EnumSet.allOf(TcpState.class));
        }
        for (Statement line : part.block()) {
            int end = line.words().indexOf("for");
            for (String name : line.words().subList(0, end < 0 ? line.words().size() : end)) {
                // conntrackd calls CLOSE by both names.
                Optional<TcpState> state = TcpState.of(name.equalsIgnoreCase("CLOSED") ? "CLOSE" : name);
                if (state.isEmpty()) {
                    reading.leave(line.place(), "State " + name, "there is no such state of TCP");
                } else if (accept) {
                    states.add(state.get());
                } else {
                    states.remove(state.get());
                }
            }
        }
    }

    private static void leaveAll(Statement part, Reading reading) {
        if (part.block().isEmpty()) {
            reading.leave(part.place(), part.key() + " " + part.word(1), ALWAYS);
        }
        for (Statement line : part.block()) {
            String why = line.key().startsWith("Expectation")
                    ? "expectations go with the flow that made them, whatever the helper"
                    : ALWAYS;
            String what = (part.key() + " " + part.word(1)).strip() + ": ";
            reading.leave(line.place(), what + (line.key() + " " + line.word(1)).strip(), why);
            for (Statement below : line.block()) {
                reading.leave(below.place(), what + line.key() + " " + below.key(), why);
            }
        }
    }
}
