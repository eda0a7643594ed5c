// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.daemon.config.CheckKind;
import io.mirrorcarp.daemon.config.TrackConfiguration;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads one [check.NAME] table that is not of kind interface. */
final class CheckReader {
    static final Duration HOUR = Duration.ofHours(1);

    /** The kind that is no {@link CheckKind}: the kernel tells of a link, nobody has to ask. */
    static final String INTERFACE = "interface";

    private static final String EXAMPLE_NAME = "example.net";

    /** Labels of up to 63 letters, RFC 1035, section 2.3.4; or the root alone. */
    private static final Pattern HOST_NAME = Pattern.compile("\\.|(?!.{254})[\\w-]{1,63}(\\.[\\w-]{1,63})*\\.?");

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static final Duration SHORTEST = Duration.ofMillis(100);

    private final TableReader table;
    private final CheckTarget targets;

    CheckReader(TableReader table, Surroundings surroundings) {
        this.table = table;
        targets = new CheckTarget(table, surroundings);
    }

    /** Every kind as the file spells it, that of an interface among them. */
    static Set<String> kinds() {
        Set<String> kinds = new TreeSet<>(Set.of(INTERFACE));
        EnumSet.allOf(CheckKind.class).forEach(kind -> kinds.add(Choices.text(kind)));
        return kinds;
    }

    TrackConfiguration.Check read(String name, CheckKind kind, Optional<String> group) {
        refuse(table, Choices.text(kind), "upDelay");
        refuse(table, Choices.text(kind), "downDelay");
        return new TrackConfiguration.Check(
                name,
                kind,
                targets.read(kind, "target"),
                options(kind),
                schedule(table, 3, holdDown()),
                table.requiredInteger("demote", 1, 255),
                group);
    }

    /** Of an interface: nothing is asked, so that there is neither an interval nor a result to count. */
    static void refuseKeysOfAsking(TableReader table) {
        for (String key : List.of("interval", "timeout", "fall", "rise", "holdDown")) {
            refuse(table, INTERFACE, key);
        }
        EnumSet.allOf(CheckKind.Option.class).forEach(option -> refuse(table, INTERFACE, Choices.text(option)));
    }

    private static void refuse(TableReader table, String kind, String key) {
        if (table.has(key)) {
            table.fault(key, key + " is no key of kind = \"" + kind + "\": remove it");
        }
    }

    private Duration holdDown() {
        return table.duration("holdDown", Duration.ZERO, HOUR, Duration.ZERO);
    }

    /** The keys that say when a check runs, by their names in both forms. */
    static TrackConfiguration.Schedule schedule(TableReader table, int fall, Duration holdDown) {
        Duration interval = table.duration("interval", SHORTEST, HOUR, Duration.ofSeconds(2));
        Duration otherwise = interval.compareTo(SECOND) < 0 ? interval : SECOND;
        Duration timeout = table.duration("timeout", Duration.ofMillis(10), HOUR, otherwise);
        if (timeout.compareTo(interval) > 0) {
            table.fault("timeout", "timeout must not be longer than interval, " + Durations.format(interval));
        }
        return new TrackConfiguration.Schedule(
                interval, timeout, table.integer("fall", 1, 100, fall), table.integer("rise", 1, 100, 2), holdDown);
    }

    private Map<CheckKind.Option, String> options(CheckKind kind) {
        Map<CheckKind.Option, String> options = new EnumMap<>(CheckKind.Option.class);
        for (CheckKind.Option option : EnumSet.allOf(CheckKind.Option.class)) {
            String key = Choices.text(option);
            if (!kind.options().contains(option)) {
                refuse(table, Choices.text(kind), key);
            } else if (table.has(key)) {
                options.put(option, value(option, key));
            }
        }
        if (kind == CheckKind.DNS && !options.containsKey(CheckKind.Option.QUERY)) {
            table.requiredText("query", EXAMPLE_NAME);
        }
        return options;
    }

    private String value(CheckKind.Option option, String key) {
        return switch (option) {
            case STATUS -> Integer.toString(table.integer(key, 100, 599, 200));
            case BODY -> table.requiredText(key, "ok");
            case QUERY -> {
                String name = table.requiredText(key, EXAMPLE_NAME);
                if (!HOST_NAME.matcher(name).matches()) {
                    table.fault(key, "query must be a host name, such as \"" + EXAMPLE_NAME + "\"");
                }
                yield name;
            }
            case EXPECT -> {
                String text = table.text(key, "present");
                if (!List.of("present", "absent").contains(text)) {
                    table.fault(key, "expect must be \"present\" or \"absent\", not \"" + text + "\"");
                }
                yield text;
            }
        };
    }
}
