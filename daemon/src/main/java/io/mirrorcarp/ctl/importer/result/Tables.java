// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.result;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.ctl.files.NewFile;
import io.mirrorcarp.ctl.files.NewKeys;
import io.mirrorcarp.ctl.importer.model.Draft;
import io.mirrorcarp.ctl.importer.model.HostDraft;
import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.ctl.importer.model.SyncDraft;
import io.mirrorcarp.ctl.importer.model.TrackDraft;
import io.mirrorcarp.daemon.config.BalancingConfiguration;
import io.mirrorcarp.daemon.config.DownTimer;
import io.mirrorcarp.daemon.config.MacMode;
import io.mirrorcarp.daemon.config.VrrpConfiguration;
import io.mirrorcarp.daemon.config.parser.Durations;
import io.mirrorcarp.daemon.config.parser.Surroundings;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A settled draft as tables, and the files that they need. */
final class Tables {
    /** Where something stands that no line of a file asks for. */
    private static final Place NOWHERE = new Place("carpd.toml", 1);

    private static final String SYNC_KEY = "sync.key";

    private final Draft draft;
    private final Path directory;
    private final Surroundings surroundings;
    private final Programs programs;
    private final Passphrases passphrases;
    private final List<Section> sections = new ArrayList<>();
    private final List<NewFile> files = new ArrayList<>();

    Tables(Draft draft, Path directory, Surroundings surroundings) {
        this.draft = draft;
        this.directory = directory;
        this.surroundings = surroundings;
        programs = new Programs(directory);
        passphrases = new Passphrases(draft.hosts());
        node();
        global();
        draft.hosts().forEach(this::host);
        draft.sync().ifPresent(this::sync);
        draft.tracks().forEach(this::track);
        hooks();
        files.addAll(passphrases.files());
        files.addAll(programs.files());
    }

    /** The lines before the first table. */
    List<String> head() {
        return List.of(
                "# Made by carpctl import, which has told what it could not carry over. Keys: carpd.toml(5); rules and",
                "# kernel settings: carpctl init, or the README. Check it with carpctl config check.");
    }

    List<Section> sections() {
        return List.copyOf(sections);
    }

    List<NewFile> files() {
        return List.copyOf(files);
    }

    private Section section(String header, Place place, boolean needed) {
        Section section = new Section(header, place, needed);
        sections.add(section);
        return section;
    }

    private void node() {
        String name = Names.clean(draft.nodeName(), 63);
        if (!name.isEmpty()) {
            section("[node]", NOWHERE, true).text("name", name);
        }
    }

    private void global() {
        Section global = new Section("[global]", NOWHERE, true);
        draft.preempt().ifPresent(preempt -> global.raw("preempt", preempt));
        if (!draft.preemptDelay().isZero()) {
            global.text("preemptDelay", Durations.format(draft.preemptDelay()));
        }
        if (draft.arpbalance()) {
            global.raw("arpbalance", true);
        }
        if (draft.downTimer() != DownTimer.FREEBSD) {
            global.choice("downTimer", draft.downTimer());
        }
        if (global.lines().size() > 1) {
            sections.add(global);
        }
    }

    private void host(HostDraft host) {
        String name = host.name().contains(".") ? Section.quoted(host.name()) : host.name();
        Section table = section("[carp." + name + "]", host.place(), true);
        table.comment(host.description());
        host.vrrp().ifPresent(vrrp -> table.choice("protocol", vrrp.protocol()));
        host.balancing().ifPresentOrElse(of -> balancing(table, of), () -> table.raw("vhid", host.vhid()));
        table.text("carpdev", host.carpdev());
        timing(host, table);
        if (host.passphrase().length() > 0) {
            table.text("passFile", passphrases.fileOf(host.passphrase()));
        } else if (host.vrrp().isEmpty()) {
            draft.leave(
                    host.place(),
                    host.name(),
                    "it has no password: write one into a file of mode 0600 on all nodes, and name it as passFile");
        }
        table.texts("address", host.addresses());
        if (host.mac() == MacMode.INTERFACE) {
            table.choice("mac", host.mac());
        }
        texts(table, "peer", host.peers());
        texts(table, "source", host.sources());
        if (!host.routes().isEmpty()) {
            table.texts("route", host.routes());
        }
        if (!host.group().isEmpty()) {
            table.text("group", host.group());
        }
        for (AddressPrefix address : host.addresses()) {
            surroundings
                    .configuredOn(address.address())
                    .ifPresent(device -> draft.leave(
                            host.place(),
                            address.toString(),
                            "on " + device
                                    + " now: carpd can start once the other program is stopped and has let it go"));
        }
        Set<String> present = surroundings.interfaceNames();
        if (!present.contains(host.carpdev())) {
            table.raw("hotplug", true);
            draft.leave(
                    host.place(),
                    "carpdev " + host.carpdev(),
                    "this machine has no such interface: hotplug = true; name the right one with --rename "
                            + host.carpdev() + "=NAME");
        }
    }

    private static void balancing(Section table, BalancingConfiguration balancing) {
        table.text("balancing", balancing.mode().text())
                .raw(
                        "carpnodes",
                        balancing.carpnodes().entrySet().stream()
                                .map(node -> node.getKey() + " = " + node.getValue())
                                .collect(Collectors.joining(", ", "{ ", " }")));
    }

    private static void timing(HostDraft host, Section table) {
        if (host.vrrp().isPresent()) {
            VrrpConfiguration vrrp = host.vrrp().get();
            table.raw("priority", vrrp.priority());
            if (!vrrp.interval().equals(Duration.ofSeconds(1))) {
                table.text("interval", Durations.format(vrrp.interval()));
            }
            return;
        }
        if (host.advbase() != 1) {
            table.raw("advbase", host.advbase());
        }
        if (host.balancing().isEmpty()) {
            table.raw("advskew", host.advskew());
        }
    }

    private static void texts(Section table, String key, List<InetAddress> addresses) {
        if (!addresses.isEmpty()) {
            table.texts(
                    key, addresses.stream().map(AddressText::format).distinct().toList());
        }
    }

    private void sync(SyncDraft sync) {
        String problem = Settlement.problem(sync);
        if (problem != null) {
            draft.leave(sync.place(), "[pfsync]", problem);
            return;
        }
        if (!surroundings.interfaceNames().contains(sync.syncdev())) {
            draft.leave(
                    sync.place(),
                    "syncdev " + sync.syncdev(),
                    "this machine has no such interface: name the right one with --rename " + sync.syncdev() + "=NAME");
        }
        // Alone it is all that there is, and stays with its fault; beside virtual hosts it can wait.
        Section table =
                section("[pfsync]", sync.place(), draft.hosts().isEmpty()).text("syncdev", sync.syncdev());
        texts(table, "syncpeer", sync.peers());
        table.raw("keys", "{ 1 = \"" + SYNC_KEY + "\" }");
        sync.maxupd().ifPresent(maxupd -> table.raw("maxupd", maxupd));
        if (hasFilter(sync)) {
            filter(table, sync);
        }
        if (surroundings.readKeyFile(SYNC_KEY).problem() != null) {
            files.add(new NewFile(SYNC_KEY, NewKeys.syncKey(), NewFile.SECRET));
            draft.leave(
                    sync.place(),
                    "[pfsync]",
                    "the state channel is sealed: copy " + SYNC_KEY + ", which is new, to the peer with its mode");
        }
    }

    private static boolean hasFilter(SyncDraft sync) {
        return Stream.of(sync.protocols(), sync.ignored(), sync.wanted(), sync.states())
                .anyMatch(list -> !list.isEmpty());
    }

    private static void filter(Section table, SyncDraft sync) {
        table.header("[pfsync.filter]");
        if (!sync.wanted().isEmpty()) {
            table.texts("address", sync.wanted());
        }
        if (!sync.states().isEmpty()) {
            List<String> states = sync.states().stream()
                    .map(state -> state.name().toLowerCase(Locale.ROOT))
                    .toList();
            table.texts("state", states);
        }
        if (!sync.protocols().isEmpty()) {
            table.texts(
                    "protocols",
                    sync.protocols().stream()
                            .map(protocol -> protocol.name().toLowerCase(Locale.ROOT))
                            .toList());
        }
        if (!sync.ignored().isEmpty()) {
            table.texts(
                    "ignoreAddress",
                    Stream.concat(
                                    Stream.of("127.0.0.0/8", "::1/128"),
                                    sync.ignored().stream().map(Object::toString))
                            .distinct()
                            .toList());
        }
    }

    private void track(TrackDraft track) {
        if (track instanceof TrackDraft.Interface tracked) {
            Section table = section("[[track.interface]]", track.place(), false).text("name", tracked.name());
            finish(table.raw("demote", tracked.demote()), track);
        } else if (track instanceof TrackDraft.RunningProcess tracked) {
            Section table = section("[check." + tracked.name() + "]", track.place(), false)
                    .text("kind", "process");
            finish(table.text("target", tracked.process()).raw("demote", tracked.demote()), track);
        } else if (track instanceof TrackDraft.Script script) {
            Section table = section("[[track.script]]", track.place(), false).text("name", script.name());
            table.text("command", programs.check(script));
            table.text("interval", Durations.format(script.timing().interval()));
            table.text("timeout", Durations.format(script.timing().timeout()));
            table.raw("fall", script.timing().fall())
                    .raw("rise", script.timing().rise());
            finish(table.raw("demote", script.demote()), track);
        }
    }

    private static void finish(Section table, TrackDraft track) {
        if (!track.group().isEmpty()) {
            table.text("group", track.group());
        }
    }

    private void hooks() {
        draft.hooks().forEach(programs::hook);
        if (!draft.hooks().isEmpty()) {
            section("[hooks]", draft.hooks().get(0).place(), false)
                    .text("dir", directory.resolve(Programs.HOOKS).toString());
        }
    }
}
