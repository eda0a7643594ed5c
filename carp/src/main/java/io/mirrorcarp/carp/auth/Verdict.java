// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import io.mirrorcarp.carp.packet.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Authenticator} finds about an advertisement.
 *
 * @param rejection {@link Rejection#BAD_AUTH}, {@link Rejection#REPLAYED}, or null when the advertisement is to be heard
 * @param match what the digest was made with; null for bad authentication
 * @param forgery an alarm to report, or null
 * @param countsOn whether the sender signed it with a counter that this node has used, as FreeBSD does, which goes on from the one it heard
 */
public record Verdict(
        @Nullable Rejection rejection,
        @Nullable DigestMatch match,
        @Nullable Forgery forgery,
        boolean countsOn) {
    static final Verdict BAD_AUTH = new Verdict(Rejection.BAD_AUTH, null, null, false);

    public boolean accepted() {
        return rejection == null;
    }
}
