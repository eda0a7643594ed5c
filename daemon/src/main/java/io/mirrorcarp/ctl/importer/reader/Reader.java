// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.source.SourceFile;

/** Reads files of one kind. */
public interface Reader {
    /**
     * Fills the draft.
     *
     * @throws io.mirrorcarp.ctl.importer.model.ImportFault when the file is broken as a whole
     */
    void read(SourceFile file, Reading reading);
}
