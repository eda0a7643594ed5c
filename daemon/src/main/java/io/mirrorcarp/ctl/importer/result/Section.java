// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.result;

import io.mirrorcarp.ctl.importer.model.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A table of the new file, line by line. */
final class Section {
    private final Place place;
    private final boolean needed;
    private final List<String> lines = new ArrayList<>();

    /**
     * Begins one.
     *
     * @param needed whether the file makes no sense without it, so that it stays when this machine lacks something for it
     */
    Section(String header, Place place, boolean needed) {
        this.place = place;
        this.needed = needed;
        lines.add(header);
    }

    Place place() {
        return place;
    }

    boolean isNeeded() {
        return needed;
    }

    String header() {
        return lines.get(0);
    }

    /** A comment of one line; whatever would end it is a blank. */
    Section comment(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        if (!line.isEmpty()) {
            lines.add("# " + line);
        }
        return this;
    }

    /** A table below it, which stands and falls with it. */
    void header(String text) {
        lines.add("");
        lines.add(text);
    }

    Section raw(String key, Object value) {
        lines.add(key + " = " + value);
        return this;
    }

    Section text(String key, String value) {
        return raw(key, quoted(value));
    }

    Section texts(String key, List<?> values) {
        return raw(
                key,
                values.stream().map(value -> quoted(value.toString())).collect(Collectors.joining(", ", "[", "]")));
    }

    /** The constant of an enum as the file spells it. */
    Section choice(String key, Enum<?> constant) {
        return text(key, constant.name().toLowerCase(Locale.ROOT));
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    /** The same as comments, with why. */
    List<String> asComments(String why) {
        List<String> comments = new ArrayList<>(List.of("# Not in force: " + why));
        lines.forEach(line -> comments.add(("# " + line).stripTrailing()));
        return comments;
    }

    /** A basic string of TOML. */
    static String quoted(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
