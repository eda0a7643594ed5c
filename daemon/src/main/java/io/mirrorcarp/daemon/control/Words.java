// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.mirrorcarp.daemon.config.parser.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A command line after {@code carpctl}: plain words, {@code --flag}, and {@code --option value} or {@code --option=value}. */
final class Words {
    private static final Set<String> OPTIONS = Set.of(
            "--protocol",
            "--reason",
            "--for",
            "--count",
            "--group",
            "--on",
            "--src",
            "--dst",
            "--sport",
            "--dport",
            "--proto",
            "--zone",
            "--mark",
            "--owner",
            "--to",
            "--wait",
            "--confirm");
    private static final Map<String, String> SHORT = Map.of("-p", "--protocol", "-n", "--count", "-f", "--follow");

    private final List<String> plain = new ArrayList<>();
    private final Map<String, String> options = new HashMap<>();

    Words(List<String> arguments) throws CommandFailure {
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (!word.startsWith("-")) {
                plain.add(word);
                continue;
            }
            int equals = word.indexOf('=');
            String written = equals < 0 ? word : word.substring(0, equals);
            String name = SHORT.getOrDefault(written, written);
            if (equals >= 0) {
                options.put(name, word.substring(equals + 1));
            } else if (!OPTIONS.contains(name)) {
                options.put(name, "");
            } else if (i + 1 < arguments.size()) {
                i++;
                options.put(name, arguments.get(i));
            } else {
                throw usage(name + " needs a value");
            }
        }
    }

    /** The command: the first plain word. */
    String command() {
        return plain.isEmpty() ? "" : plain.get(0);
    }

    /** True for a line that changes nothing. */
    boolean onlyRead() {
        return switch (command()) {
            case "status", "stats", "events", "doctor", "check" -> true;
            case "sysctl" ->
                word(1).filter(assignment -> assignment.contains("=")).isEmpty();
            case "states" -> plain.size() == 1;
            case "reload" -> has("--dry-run");
            default -> false;
        };
    }

    /** Refuses a line with another number of words after the command, or with options that the command does not have. */
    void expect(int words, int mostWords, Collection<String> known) throws CommandFailure {
        int given = plain.size() - 1;
        if (given < words) {
            throw usage(command() + " needs " + words + (words == 1 ? " argument" : " arguments"));
        }
        if (given > mostWords) {
            throw usage(command() + " does not take \"" + plain.get(mostWords + 1) + "\"");
        }
        for (String option : options.keySet()) {
            if (!known.contains(option)) {
                throw usage(command() + " has no option " + option);
            }
        }
    }

    /** The n-th word after the command, from 1. */
    Optional<String> word(int n) {
        return n < plain.size() ? Optional.of(plain.get(n)) : Optional.empty();
    }

    boolean has(String option) {
        return options.containsKey(option);
    }

    Optional<String> option(String option) {
        return Optional.ofNullable(options.get(option));
    }

    Optional<Duration> duration(String option) throws CommandFailure {
        if (!has(option)) {
            return Optional.empty();
        }
        Optional<Duration> duration = option(option).flatMap(Durations::parse).filter(span -> !span.isZero());
        if (duration.isEmpty()) {
            throw usage(option + " must be a duration such as 30s, 10m or 1h");
        }
        return duration;
    }

    static int integer(String name, String text, int minimum, int maximum) throws CommandFailure {
        try {
            int value = Integer.parseInt(text);
            if (value >= minimum && value <= maximum) {
                return value;
            }
        } catch (NumberFormatException expected) {
            // Said below.
        }
        throw usage(name + " must be a whole number from " + minimum + " to " + maximum + ", not " + text);
    }

    static CommandFailure usage(String sentence) {
        return new CommandFailure(ExitStatus.USAGE, sentence);
    }
}
