// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.daemon.config.CheckKind;
import io.mirrorcarp.daemon.config.TrackConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the [check.NAME] tables, and the [[track.interface]] and [[track.script]] tables, whose place they take. */
final class TrackReader {
    private static final String EXAMPLE = CheckKind.SCRIPT.example();

    private final InterfaceCheck interfaces;
    private final Surroundings surroundings;
    private final Set<String> groups;
    private final Set<String> names = new HashSet<>();
    private final List<TrackConfiguration.Interface> tracked = new ArrayList<>();
    private final List<TrackConfiguration.Check> checks = new ArrayList<>();

    /** @param groups those that virtual hosts are in */
    TrackReader(InterfaceCheck interfaces, Surroundings surroundings, Set<String> groups) {
        this.interfaces = interfaces;
        this.surroundings = surroundings;
        this.groups = groups;
    }

    TrackConfiguration read(TableReader track, TableReader check) {
        for (TableReader table : track.tables("interface", "[[track.interface]]")) {
            String device = interfaces.readExpected(table, "name", "eth1");
            unique(table, device);
            trackedInterface(table, device, device);
        }
        for (TableReader table : track.tables("script", "[[track.script]]")) {
            script(table);
        }
        track.finish();
        for (String name : check.keysInOrder()) {
            TableReader table = check.table(name, "[check." + name + "]");
            if (table.isPresent()) {
                unique(table, name);
                check(table, name);
            }
        }
        return new TrackConfiguration(tracked, checks);
    }

    private void trackedInterface(TableReader table, String name, String device) {
        tracked.add(new TrackConfiguration.Interface(
                name,
                device,
                table.requiredInteger("demote", 1, 255),
                table.duration("upDelay", Duration.ZERO, CheckReader.HOUR, Duration.ZERO),
                table.duration("downDelay", Duration.ZERO, CheckReader.HOUR, Duration.ZERO),
                group(table)));
        table.finish();
    }

    private void script(TableReader table) {
        table.requiredText("command", EXAMPLE);
        String command = table.absolutePath("command", "", EXAMPLE);
        if (!command.isEmpty()) {
            surroundings
                    .programProblem(command)
                    .ifPresent(problem -> table.fault("command", command + " cannot be run: " + problem));
        }
        String name = table.text("name", command.substring(command.lastIndexOf('/') + 1));
        unique(table, name);
        checks.add(new TrackConfiguration.Check(
                name,
                CheckKind.SCRIPT,
                command,
                Map.of(),
                CheckReader.schedule(table, 2, Duration.ZERO),
                table.requiredInteger("demote", 1, 255),
                group(table)));
        table.finish();
    }

    private void check(TableReader table, String name) {
        String kind = table.requiredText("kind", "ping");
        if (kind.equals(CheckReader.INTERFACE)) {
            CheckReader.refuseKeysOfAsking(table);
            trackedInterface(table, name, interfaces.readExpected(table, "target", "eth1"));
            return;
        }
        for (CheckKind known : EnumSet.allOf(CheckKind.class)) {
            if (Choices.text(known).equals(kind)) {
                checks.add(new CheckReader(table, surroundings).read(name, known, group(table)));
                table.finish();
                return;
            }
        }
        if (!kind.isEmpty()) {
            table.fault(
                    "kind", "there is no kind \"" + kind + "\": " + TableReader.suggestion(kind, CheckReader.kinds()));
        }
    }

    private void unique(TableReader table, String name) {
        if (!name.isEmpty() && !names.add(name)) {
            table.fault("name", "there is a check \"" + name + "\" already: give each its own name");
        }
    }

    private Optional<String> group(TableReader table) {
        Optional<String> group = table.group();
        if (group.isPresent() && !groups.contains(group.get())) {
            String right = groups.isEmpty()
                    ? "name it in a [carp.NAME] table too"
                    : TableReader.suggestion(group.get(), groups);
            table.fault("group", "no virtual host is in the group \"" + group.get() + "\": " + right);
        }
        return group;
    }
}
