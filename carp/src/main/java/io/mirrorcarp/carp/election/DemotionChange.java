// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/**
 * A change of the demotion counter.
 *
 * @param group the group concerned, or empty for all virtual hosts
 * @param by the difference
 * @param total the counter after it
 */
public record DemotionChange(String group, int by, int total, String reason) {
    /** In FreeBSD's words, and for a group in OpenBSD's, for the log after the prefix {@code carp: }. */
    public String text() {
        return (group.isEmpty() ? "demoted by " : "demoted group " + group + " by ") + by + " to " + total + " ("
                + reason + ")";
    }
}
