// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import io.mirrorcarp.carp.packet.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Authenticator} finds about an advertisement.
 *
 * @param rejection {@link Rejection#BAD_AUTH}, {@link Rejection#REPLAYED}, {@link Rejection#UNVERIFIED}, or null when the advertisement is to be heard
 * @param match what the digest was made with; null where it was not accepted before the digest was looked at, or is bad
 * @param forgery an alarm to report, or null
 * @param countsOn whether the sender signed it with a counter that this node has used, as FreeBSD does, which goes on from the one it heard
 */
public record Verdict(
        @Nullable Rejection rejection,
        @Nullable DigestMatch match,
        @Nullable Forgery forgery,
        boolean countsOn) {
    static final Verdict BAD_AUTH = new Verdict(Rejection.BAD_AUTH, null, null, false);

    /** Too many came whose counter nobody expects: it was not looked at. */
    static final Verdict UNVERIFIED = new Verdict(Rejection.UNVERIFIED, null, null, false);

    public boolean accepted() {
        return rejection == null;
    }
}
