// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.daemon.config.NotifyConfiguration;
import io.mirrorcarp.daemon.config.NotifyConfiguration.Kind;
import io.mirrorcarp.daemon.config.NotifyConfiguration.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the [[notify]] tables. */
final class NotifyReader {
    /** Enough for a name of the host, or a mailbox; nothing that sendmail could take for an option or a second address. */
    private static final Pattern MAILBOX = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]*(?:@[A-Za-z0-9.-]+)?");

    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration MOST = Duration.ofMinutes(1);
    private static final Duration USUAL = Duration.ofSeconds(5);

    private final Surroundings surroundings;
    private final Findings findings;

    NotifyReader(Surroundings surroundings, Findings findings) {
        this.findings = findings;
        this.surroundings = surroundings;
    }

    List<NotifyConfiguration> readAll(List<TableReader> tables) {
        List<NotifyConfiguration> all = new ArrayList<>();
        for (TableReader table : tables) {
            Set<Kind> on = on(table);
            List<Way> ways = Arrays.stream(Way.values())
                    .filter(way -> table.has(way.text()))
                    .toList();
            if (ways.size() == 1) {
                all.add(new NotifyConfiguration(
                        on, ways.get(0), target(table, ways.get(0)), table.duration("timeout", LEAST, MOST, USUAL)));
            } else {
                table.fault(
                        ways.isEmpty() ? "on" : ways.get(1).text(),
                        "[[notify]] needs exactly one of webhook, mail and command, such as webhook = \"https://...\"");
                Arrays.stream(Way.values()).forEach(way -> table.text(way.text(), ""));
                table.duration("timeout", LEAST, MOST, USUAL);
            }
            table.finish();
        }
        return all;
    }

    private Set<Kind> on(TableReader table) {
        List<Kind> kinds = table.values("on", Kind.STATE.text(), List.of(Kind.values()), this::kind);
        return kinds.isEmpty() ? EnumSet.noneOf(Kind.class) : EnumSet.copyOf(kinds);
    }

    private Optional<Kind> kind(TableReader.Item item) {
        Optional<Kind> known = Arrays.stream(Kind.values())
                .filter(kind -> kind.text().equals(item.text()))
                .findFirst();
        if (known.isEmpty()) {
            findings.fault(
                    item.location(), "on takes \"state\", \"ready\" and \"doctor\", not \"" + item.text() + "\"");
        }
        return known;
    }

    private String target(TableReader table, Way way) {
        String target = way == Way.COMMAND
                ? table.absolutePath("command", "", "/etc/carpd/notify")
                : table.requiredText(way.text(), way == Way.MAIL ? "root" : "https://...");
        switch (way) {
            case COMMAND -> {
                if (!target.isEmpty()) {
                    surroundings
                            .programProblem(target)
                            .ifPresent(problem -> table.fault("command", target + " cannot be run: " + problem));
                }
            }
            case MAIL -> {
                if (!MAILBOX.matcher(target).matches()) {
                    table.fault("mail", "mail must be an address, such as \"root\" or \"ops@example.net\"");
                }
            }
            case WEBHOOK -> {
                if (!CheckTarget.isUrl(target)) {
                    table.fault(
                            "webhook", "webhook must be an http or https URL, such as \"https://example.net/hook\"");
                }
            }
        }
        return target;
    }
}
