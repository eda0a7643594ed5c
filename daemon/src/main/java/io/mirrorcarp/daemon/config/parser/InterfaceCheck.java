// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import java.util.Set;
import java.util.TreeSet;

/** Checks that the interfaces that the file names exist. */
final class InterfaceCheck {
    private static final int MAXIMUM_NAME_LENGTH = 15;

    private final Set<String> present;

    InterfaceCheck(Surroundings surroundings) {
        present = new TreeSet<>(surroundings.interfaceNames());
    }

    /** The interface that the key names. */
    String read(TableReader table, String key, String example) {
        String name = readName(table, key, example);
        if (isMissing(name)) {
            table.fault(key, "there is no interface \"" + name + "\": " + TableReader.suggestion(name, present));
        }
        return name;
    }

    /** The interface that the key names, which may come later: a tunnel, for one. */
    String readExpected(TableReader table, String key, String example) {
        String name = readName(table, key, example);
        if (isMissing(name)) {
            table.warn(key, "there is no interface \"" + name + "\" now: it counts as down until it comes");
        }
        return name;
    }

    private boolean isMissing(String name) {
        return !name.isEmpty() && name.length() <= MAXIMUM_NAME_LENGTH && !present.contains(name);
    }

    private static String readName(TableReader table, String key, String example) {
        String name = table.requiredText(key, example);
        if (name.length() > MAXIMUM_NAME_LENGTH) {
            table.fault(
                    key,
                    "\"" + name + "\" is longer than the " + MAXIMUM_NAME_LENGTH + " letters of an interface name");
        }
        return name;
    }
}
