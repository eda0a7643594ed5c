// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import io.mirrorcarp.carp.packet.CarpAdvertisement;

/**
 * Counter and digest of a known advertisement came again with another advskew, advbase or demote. Somebody on the
 * segment may have changed a packet that he heard, which the digest does not prevent.
 *
 * @param known as first seen with these values
 * @param changed as seen now
 * @param timesSeen how often the known one came before. More than two, for two families, mean a constant counter:
 *     OpenBSD's cookie, with which a change of skew or demotion looks the same and is genuine
 */
public record Forgery(CarpAdvertisement known, CarpAdvertisement changed, int timesSeen) {
    private static final int FAMILIES = 2;

    /** Whether the sender repeats its counter, so that the change may be genuine. */
    public boolean counterIsConstant() {
        return timesSeen > FAMILIES;
    }
}
