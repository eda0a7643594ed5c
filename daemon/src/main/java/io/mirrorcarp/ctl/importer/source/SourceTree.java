// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.source;

import io.mirrorcarp.ctl.importer.model.ImportFault;
import java.util.List;

/** Where files come from: those that the user names, and those that these name. */
public interface SourceTree {
    /**
     * Reads a file.
     *
     * @throws ImportFault when it cannot be read, is too long, or is no text
     */
    SourceFile read(String path);

    /** The files that a pattern of a shell matches, sorted; empty where none does. Without {@code *}, {@code ?} and {@code [}, the path itself. */
    List<String> glob(String pattern);
}
