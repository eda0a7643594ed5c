// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Where each key and each value of a list stands in the file, by its path. */
final class KeyPositions {
    private final TomlTable root;

    KeyPositions(TomlTable root) {
        this.root = root;
    }

    /**
     * The place of a value; of the nearest thing around it when the file does not have it.
     *
     * @param path names of keys, and numbers from 0 for the elements of lists
     */
    Location at(Object... path) {
        Object container = root;
        Location location = Location.START;
        for (Object step : path) {
            TomlPosition position = position(container, step);
            if (position == null) {
                return location;
            }
            location = new Location(position.line(), position.column());
            container = child(container, step);
        }
        return location;
    }

    private static @Nullable TomlPosition position(@Nullable Object container, Object step) {
        if (container instanceof TomlTable table && step instanceof String key) {
            return table.inputPositionOf(List.of(key));
        }
        if (container instanceof TomlArray array && step instanceof Integer index && index < array.size()) {
            return array.inputPositionOf(index);
        }
        return null;
    }

    private static @Nullable Object child(@Nullable Object container, Object step) {
        if (container instanceof TomlTable table && step instanceof String key) {
            return table.get(List.of(key));
        }
        return container instanceof TomlArray array && step instanceof Integer index ? array.get(index) : null;
    }
}
