// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds the interfaces that the file names, by their names or by alternative ones (ip-link(8), altname). */
final class InterfaceCheck {
    private static final String CARPDEV = "carpdev";
    private static final int MAXIMUM_NAME_LENGTH = 15;
    private static final int MAXIMUM_ALTERNATIVE_LENGTH = 127;

    private final Surroundings surroundings;
    private final Set<String> present;

    InterfaceCheck(Surroundings surroundings) {
        this.surroundings = surroundings;
        present = new TreeSet<>(surroundings.interfaceNames());
    }

    /**
     * The interface on whose segment a virtual host is.
     *
     * @param expected whether it may come later
     */
    String readCarpdev(TableReader table, boolean expected) {
        String name = expected ? readExpected(table, CARPDEV, "eth0") : read(table, CARPDEV, "eth0");
        if (present.contains(name)) {
            surroundings.carpdevProblem(name).ifPresent(problem -> table.fault(CARPDEV, problem));
        }
        return name;
    }

    /** The name of the interface that the key names. */
    String read(TableReader table, String key, String example) {
        String name = readName(table, key, example);
        String found = find(name);
        if (isMissing(found)) {
            String problem = "there is no interface \"" + name + "\": " + suggestion(name);
            if (name.length() > MAXIMUM_NAME_LENGTH) {
                // Only with the interface itself comes its name.
                table.missing(key, problem);
            } else {
                table.missingNow(key, problem, "it counts as down until it comes");
            }
        }
        return found;
    }

    /** The names of the interfaces in a list, each once. */
    List<String> readList(TableReader table, String key, String example, Findings findings) {
        Set<String> seen = new HashSet<>();
        return table.values(key, example, List.of(), item -> {
            String found = find(item.text());
            if (item.text().isEmpty() || item.text().length() > MAXIMUM_ALTERNATIVE_LENGTH) {
                findings.fault(
                        item.location(), "\"" + item.text() + "\" is no name of an interface, such as " + example);
            } else if (isMissing(found)) {
                findings.missingNow(
                        item.location(),
                        "there is no interface \"" + item.text() + "\": " + suggestion(item.text()),
                        "it counts as down until it comes");
            }
            if (!seen.add(found)) {
                findings.fault(item.location(), found + " is in " + key + " twice: name each device once");
            }
            return Optional.of(found);
        });
    }

    /** The interface that the key names, which may come later: a tunnel, for one. */
    String readExpected(TableReader table, String key, String example) {
        String name = readName(table, key, example);
        String found = find(name);
        if (isMissing(found) && name.length() > MAXIMUM_NAME_LENGTH) {
            table.missing(key, "there is no interface \"" + name + "\"");
        } else if (isMissing(found)) {
            table.warn(key, "there is no interface \"" + name + "\" now: it counts as down until it comes");
        }
        return found;
    }

    /** ip(8) shows a device with what is below it, {@code lan0@if7}: such a name is copied easily. */
    private String suggestion(String name) {
        String shown = name.substring(0, Math.max(0, name.indexOf('@')));
        return present.contains(shown)
                ? "ip(8) shows \"" + shown + "\" so; the name ends at the @"
                : TableReader.suggestion(name, present);
    }

    private String find(String name) {
        return name.isEmpty() || present.contains(name)
                ? name
                : surroundings.interfaceOf(name).orElse(name);
    }

    private boolean isMissing(String name) {
        return !name.isEmpty() && name.length() <= MAXIMUM_ALTERNATIVE_LENGTH && !present.contains(name);
    }

    private static String readName(TableReader table, String key, String example) {
        String name = table.requiredText(key, example);
        if (name.length() > MAXIMUM_ALTERNATIVE_LENGTH) {
            table.fault(
                    key,
                    "\"" + name + "\" is longer than the " + MAXIMUM_ALTERNATIVE_LENGTH
                            + " letters of an interface's alternative name");
        }
        return name;
    }
}
