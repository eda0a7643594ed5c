// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.source;

import io.mirrorcarp.ctl.importer.model.Place;
import java.nio.file.Path;
import java.util.List;

/**
 * A file that is imported.
 *
 * @param name as the user, or another file, named it
 * @param text its content, with {@code \n} between the lines
 */
public record SourceFile(String name, String text) {
    public Place at(int line) {
        return new Place(name, line);
    }

    /** The lines, without their ends. */
    public List<String> lines() {
        return text.lines().toList();
    }

    /** The last part of its name. */
    public String baseName() {
        Path last = Path.of(name).getFileName();
        return last == null ? name : last.toString();
    }

    /** A path in this file: relative ones begin at its directory. */
    public String resolve(String path) {
        return Path.of(name).resolveSibling(path).toString();
    }
}
