// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.model;

/**
 * A line of a file that is imported.
 *
 * @param file as the user named it
 * @param line from 1
 */
public record Place(String file, int line) {
    @Override
    public String toString() {
        return file + ":" + line;
    }
}
