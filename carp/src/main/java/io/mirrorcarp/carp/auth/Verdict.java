// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import io.mirrorcarp.carp.packet.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Authenticator} finds about an advertisement.
 *
 * @param rejection {@link Rejection#BAD_AUTH}, {@link Rejection#REPLAYED}, {@link Rejection#UNPROVEN}, {@link Rejection#UNVERIFIED}, or null when the advertisement is to be heard
 * @param match what the digest was made with; null where it was not accepted before the digest was looked at, or is bad
 * @param trust what is known of who made it
 * @param forgery an alarm to report, or null
 * @param place where its sequence stands, when it was proven and is to be heard
 */
public record Verdict(
        @Nullable Rejection rejection,
        @Nullable DigestMatch match,
        Trust trust,
        @Nullable Forgery forgery,
        SequencePlace place) {
    /** What is known of who made an advertisement. */
    public enum Trust {
        /** Nothing. */
        NONE,
        /** A node of this program, and it says what that node said. */
        PROVEN,
        /** A node of this program, but somebody else changed what it says, or its source. */
        CHANGED,
        /** It has the source of a node that proved what it said, and proves nothing. */
        FELL_BACK,
        /** Somebody who has the key, and proves nothing: a BSD, ucarp, or an earlier version. */
        PLAIN,
        /** The same, and it goes on from a counter of this node, as FreeBSD does. */
        COUNTS_ON
    }

    static final Verdict BAD_AUTH = of(Rejection.BAD_AUTH, null, Trust.NONE);

    /** Too many came whose counter nobody expects: it was not looked at. */
    static final Verdict UNVERIFIED = of(Rejection.UNVERIFIED, null, Trust.NONE);

    static Verdict of(@Nullable Rejection rejection, @Nullable DigestMatch match, Trust trust) {
        return new Verdict(rejection, match, trust, null, SequencePlace.NEXT);
    }

    /** One that proves nothing. */
    static Verdict ofUnproven(
            @Nullable Rejection rejection, @Nullable DigestMatch match, Trust trust, @Nullable Forgery forgery) {
        return new Verdict(rejection, match, trust, forgery, SequencePlace.NEXT);
    }

    public boolean accepted() {
        return rejection == null;
    }

    /** Whether the sender signed it with a counter that goes on from one of this node, as FreeBSD does. */
    public boolean countsOn() {
        return trust == Trust.COUNTS_ON;
    }
}
