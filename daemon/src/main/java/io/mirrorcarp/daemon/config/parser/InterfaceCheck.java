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
        String name = table.requiredText(key, example);
        if (name.length() > MAXIMUM_NAME_LENGTH) {
            table.fault(
                    key,
                    "\"" + name + "\" is longer than the " + MAXIMUM_NAME_LENGTH + " letters of an interface name");
        } else if (!name.isEmpty() && !present.contains(name)) {
            table.fault(key, "there is no interface \"" + name + "\": " + TableReader.suggestion(name, present));
        }
        return name;
    }
}
