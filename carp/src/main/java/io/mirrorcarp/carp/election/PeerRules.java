// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/**
 * What has to suit the other systems on the segment.
 *
 * @param honourDemoteByte whether a received demote byte counts; a system other than OpenBSD sends 0 there. Beside OpenBSD it
 *     must: a demoted master that compares intervals alone keeps its role beside a slower OpenBSD that is not demoted, and that keeps its own
 */
public record PeerRules(DownTimer downTimer, DemotionMode demotionMode, boolean honourDemoteByte) {
    /** FreeBSD's timer, demotion told in both ways, the byte honoured. */
    public static final PeerRules DEFAULT = new PeerRules(DownTimer.FREEBSD, DemotionMode.BOTH, true);
}
