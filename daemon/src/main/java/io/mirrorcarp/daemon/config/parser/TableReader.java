// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * Reads one table key by key. A key that is missing gives its default; one of the wrong type or out of range is a fault and gives
 * its default too, so that the reading goes on to the next fault. {@link #finish()} names the keys that nobody asked for.
 */
final class TableReader {
    /** A value of a list, and where it stands. */
    record Item(String text, Location location) {}

    private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9._-]{1,15}");

    private final @Nullable TomlTable table;
    private final String name;
    private final Location start;
    private final Findings findings;
    private final Set<String> known = new LinkedHashSet<>();

    /**
     * Makes a reader.
     *
     * @param table null for a table that the file does not have
     * @param name as messages call it: {@code [carp.wan]}
     * @param start where the table begins
     */
    TableReader(@Nullable TomlTable table, String name, Location start, Findings findings) {
        this.table = table;
        this.name = name;
        this.start = start;
        this.findings = findings;
    }

    boolean isPresent() {
        return table != null;
    }

    Location start() {
        return start;
    }

    String name() {
        return name;
    }

    /** The keys of the table, in the order of the file. */
    List<String> keysInOrder() {
        List<String> keys = new ArrayList<>(table == null ? Set.of() : table.keySet());
        keys.sort(Comparator.comparing(this::at));
        return keys;
    }

    boolean has(String key) {
        return value(key) != null;
    }

    /** Where the key stands; where the table begins when it is not there. */
    Location at(String key) {
        TomlPosition position = table == null ? null : table.inputPositionOf(List.of(key));
        return position == null ? start : new Location(position.line(), position.column());
    }

    void fault(String key, String message) {
        findings.fault(at(key), message);
    }

    void warn(String key, String message) {
        findings.warn(at(key), message);
    }

    /** Something that the key names is not there, without which nothing can begin. */
    void missing(String key, String message) {
        findings.missing(at(key), message);
    }

    /** Something that the key names is not there, and the daemon can begin without it. */
    void missingNow(String key, String message, String consequence) {
        findings.missingNow(at(key), message, consequence);
    }

    String text(String key, String otherwise) {
        Object value = value(key);
        if (value instanceof String text) {
            return text;
        }
        return wrongType(key, "a text in quotes", value, otherwise);
    }

    /** A text that must be there and not empty; the example is part of the message when it is not. */
    String requiredText(String key, String example) {
        String text = text(key, "");
        if (value(key) == null) {
            findings.fault(start, name + " needs " + key + ", for example " + key + " = \"" + example + "\"");
        } else if (value(key) instanceof String && text.isEmpty()) {
            fault(key, key + " must not be empty; for example " + key + " = \"" + example + "\"");
        }
        return text;
    }

    /**
     * A path, which must be absolute; not checked when it is empty.
     *
     * @param example one that would be right
     */
    String absolutePath(String key, String otherwise, String example) {
        String path = text(key, otherwise);
        if (path.chars().anyMatch(Character::isISOControl)) {
            fault(key, key + " must not have control characters in it");
            return otherwise;
        }
        if (!path.isEmpty() && !path.startsWith("/")) {
            fault(key, key + " must be an absolute path, such as " + example);
            return otherwise;
        }
        return path;
    }

    /** The key {@code group}: the name of a group of virtual hosts. */
    Optional<String> group() {
        String group = text("group", "");
        if (!group.isEmpty() && !GROUP.matcher(group).matches()) {
            fault("group", "group must be up to 15 letters, digits, '.', '_' and '-', not \"" + group + "\"");
        }
        return Optional.of(group).filter(name -> !name.isEmpty());
    }

    boolean bool(String key, boolean otherwise) {
        Object value = value(key);
        if (value instanceof Boolean bool) {
            return bool;
        }
        return wrongType(key, "true or false", value, otherwise);
    }

    int integer(String key, int minimum, int maximum, int otherwise) {
        Object value = value(key);
        String range = "a whole number from " + minimum + " to " + maximum;
        if (!(value instanceof Long number)) {
            return wrongType(key, range, value, otherwise);
        }
        if (number < minimum || number > maximum) {
            fault(key, key + " must be " + range + ", not " + number);
            return otherwise;
        }
        return number.intValue();
    }

    /** A number that must be there; 0 when it is not or is out of range. */
    int requiredInteger(String key, int minimum, int maximum) {
        if (value(key) == null) {
            findings.fault(start, name + " needs " + key + ", a whole number from " + minimum + " to " + maximum);
        }
        return integer(key, minimum, maximum, 0);
    }

    Duration duration(String key, Duration minimum, Duration maximum, Duration otherwise) {
        Object value = value(key);
        if (value == null) {
            return otherwise;
        }
        Optional<Duration> duration = Optional.empty();
        if (value instanceof String text) {
            duration = Durations.parse(text);
        } else if (value instanceof Number number && number.doubleValue() >= 0) {
            duration = Optional.of(Durations.ofSeconds(number.doubleValue()));
        }
        if (duration.isEmpty()) {
            fault(key, key + " must be a duration such as \"500ms\", \"30s\", \"10m\" or \"1h\", not " + shown(value));
            return otherwise;
        }
        if (duration.get().compareTo(minimum) < 0 || duration.get().compareTo(maximum) > 0) {
            String range = Durations.format(minimum) + " to " + Durations.format(maximum);
            fault(key, key + " must be from " + range + ", not " + Durations.format(duration.get()));
            return otherwise;
        }
        return duration.get();
    }

    <E extends Enum<E>> E choice(String key, E otherwise) {
        Object value = value(key);
        if (value == null) {
            return otherwise;
        }
        List<String> texts = new ArrayList<>();
        for (E constant : EnumSet.allOf(otherwise.getDeclaringClass())) {
            if (Choices.text(constant).equals(value)) {
                return constant;
            }
            texts.add("\"" + Choices.text(constant) + "\"");
        }
        fault(key, key + " must be " + String.join(" or ", texts) + ", not " + shown(value));
        return otherwise;
    }

    /** True when the key is there and holds a list. */
    boolean isList(String key) {
        return value(key) instanceof TomlArray;
    }

    /** True when the key is there and holds a list without a value. */
    boolean isEmptyList(String key) {
        return value(key) instanceof TomlArray array && array.isEmpty();
    }

    /** The texts of a list, each turned into a value; the parser answers empty, and has named the fault, when it is none. */
    <T> List<T> values(String key, String example, List<T> otherwise, Function<Item, Optional<T>> parser) {
        return values(key, example, otherwise, parser, false);
    }

    /** The same, in which a number may stand without quotes. */
    <T> List<T> valuesOrNumbers(String key, String example, List<T> otherwise, Function<Item, Optional<T>> parser) {
        return values(key, example, otherwise, parser, true);
    }

    private <T> List<T> values(
            String key, String example, List<T> otherwise, Function<Item, Optional<T>> parser, boolean bareNumbers) {
        Object value = value(key);
        if (!(value instanceof TomlArray array)) {
            return wrongType(key, "a list such as [\"" + example + "\"]", value, otherwise);
        }
        List<T> values = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            Location location = at(array, i);
            if (array.get(i) instanceof Long number && bareNumbers) {
                parser.apply(new Item(Long.toString(number), location)).ifPresent(values::add);
            } else if (array.get(i) instanceof String text) {
                parser.apply(new Item(text, location)).ifPresent(values::add);
            } else {
                findings.fault(
                        location, "each value of " + key + " must be a text in quotes, such as \"" + example + "\"");
            }
        }
        return values;
    }

    /** The table under a key; an empty one when the file does not have it. */
    TableReader table(String key, String name) {
        Object value = value(key);
        if (value instanceof TomlTable inner) {
            return new TableReader(inner, name, at(key), findings);
        }
        TableReader absent = new TableReader(null, name, at(key), findings);
        return wrongType(key, "a table: " + name, value, absent);
    }

    /** The tables of an array of tables, such as [[track.script]]. */
    List<TableReader> tables(String key, String name) {
        Object value = value(key);
        if (!(value instanceof TomlArray array)) {
            return wrongType(key, "written as " + name + ", once for each", value, List.of());
        }
        List<TableReader> readers = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            Location location = at(array, i);
            if (array.get(i) instanceof TomlTable inner) {
                readers.add(new TableReader(inner, name, location, findings));
            } else {
                findings.fault(location, key + " must be written as " + name + ", once for each");
            }
        }
        return readers;
    }

    /** Reports every key that was not asked for, with the nearest of those that were. */
    void finish() {
        for (String key : keysInOrder()) {
            if (!known.contains(key)) {
                fault(key, "unknown key \"" + key + "\" in " + name + ": " + suggestion(key, known));
            }
        }
    }

    static String suggestion(String typed, Collection<String> names) {
        return NearestName.of(typed, names)
                .map(near -> "did you mean \"" + near + "\"?")
                .orElse("there is " + String.join(", ", names));
    }

    private @Nullable Object value(String key) {
        known.add(key);
        return table == null ? null : table.get(List.of(key));
    }

    private static Location at(TomlArray array, int index) {
        TomlPosition position = array.inputPositionOf(index);
        return new Location(position.line(), position.column());
    }

    /** Reports a value that is there; answers the default. */
    private <T> T wrongType(String key, String wanted, @Nullable Object found, T otherwise) {
        if (found != null) {
            fault(key, key + " must be " + wanted + ", not " + shown(found));
        }
        return otherwise;
    }

    private static String shown(Object value) {
        if (value instanceof String) {
            return "\"" + value + "\"";
        }
        if (value instanceof TomlTable) {
            return "a table";
        }
        return value instanceof TomlArray ? "a list" : value.toString();
    }
}
