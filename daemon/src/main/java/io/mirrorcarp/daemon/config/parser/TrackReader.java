// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.daemon.config.TrackConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads the [[track.interface]] and [[track.script]] tables. */
final class TrackReader {
    private static final Duration HOUR = Duration.ofHours(1);

    private static final String EXAMPLE = "/etc/carpd/checks.d/gateway";

    private TrackReader() {}

    static TrackConfiguration read(TableReader track, InterfaceCheck interfaces, Surroundings surroundings) {
        List<TrackConfiguration.Interface> tracked = new ArrayList<>();
        for (TableReader table : track.tables("interface", "[[track.interface]]")) {
            tracked.add(new TrackConfiguration.Interface(
                    interfaces.readExpected(table, "name", "eth1"),
                    table.requiredInteger("demote", 1, 255),
                    table.duration("upDelay", Duration.ZERO, HOUR, Duration.ZERO),
                    table.duration("downDelay", Duration.ZERO, HOUR, Duration.ZERO),
                    table.group()));
            table.finish();
        }
        List<TrackConfiguration.Script> scripts = new ArrayList<>();
        for (TableReader table : track.tables("script", "[[track.script]]")) {
            scripts.add(script(table, surroundings));
            table.finish();
        }
        track.finish();
        return new TrackConfiguration(tracked, scripts);
    }

    private static TrackConfiguration.Script script(TableReader table, Surroundings surroundings) {
        table.requiredText("command", EXAMPLE);
        String command = table.absolutePath("command", "", EXAMPLE);
        if (!command.isEmpty()) {
            surroundings
                    .programProblem(command)
                    .ifPresent(problem -> table.fault("command", command + " cannot be run: " + problem));
        }
        Duration interval = table.duration("interval", Duration.ofMillis(100), HOUR, Duration.ofSeconds(2));
        Duration otherwise = interval.compareTo(Duration.ofSeconds(1)) < 0 ? interval : Duration.ofSeconds(1);
        Duration timeout = table.duration("timeout", Duration.ofMillis(10), HOUR, otherwise);
        if (timeout.compareTo(interval) > 0) {
            table.fault("timeout", "timeout must not be longer than interval, " + Durations.format(interval));
        }
        return new TrackConfiguration.Script(
                table.text("name", command.substring(command.lastIndexOf('/') + 1)),
                command,
                interval,
                timeout,
                table.integer("fall", 1, 100, 2),
                table.integer("rise", 1, 100, 2),
                table.requiredInteger("demote", 1, 255),
                table.group());
    }
}
