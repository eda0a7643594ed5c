// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.model;

/** A file that cannot be imported at all. The message names the file, its line where there is one, and what to do. */
public final class ImportFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ImportFault(Place place, String message) {
        super(place + ": " + message);
    }

    public ImportFault(String file, String message) {
        super(file + ": " + message);
    }
}
