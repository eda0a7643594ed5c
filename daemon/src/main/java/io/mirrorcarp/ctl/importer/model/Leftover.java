// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.model;

/**
 * Something that is not, or not as it stood, in the new configuration.
 *
 * @param place where it stood
 * @param what the words of the file; never a secret
 * @param why it was left out or changed, and what to do instead
 */
public record Leftover(Place place, String what, String why) {
    /** {@code FILE:LINE: WHAT: WHY}. */
    @Override
    public String toString() {
        return place + ": " + (what.isEmpty() ? "" : what + ": ") + why;
    }
}
