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
    private final InterfaceCheck interfaces;
    private final Surroundings surroundings;
    private final KnownGroups groups;
    private final Set<String> names = new HashSet<>();
    private final List<TrackConfiguration.Interface> tracked = new ArrayList<>();
    private final List<TrackConfiguration.Check> checks = new ArrayList<>();

    TrackReader(InterfaceCheck interfaces, Surroundings surroundings, KnownGroups groups) {
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
        String command = new CheckTarget(table, surroundings).read(CheckKind.SCRIPT, "command");
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
        group.ifPresent(name -> groups.check(table, "group", name));
        return group;
    }
}
