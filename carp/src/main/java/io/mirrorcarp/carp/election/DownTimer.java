// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/** How long a backup waits for the master before it takes over. The advskew is not a demoted one. */
public enum DownTimer {
    /** 3 * advbase + advskew/256 s: FreeBSD, DragonFly, NetBSD, and OpenBSD until about 2015. */
    FREEBSD {
        @Override
        long micros(int advbase, int advskew) {
            // With advbase 0, which FreeBSD does not have, this would be one interval: the first late packet would do.
            return advbase == 0
                    ? OPENBSD.micros(advbase, advskew)
                    : MISSED * advbase * Interval.MICROS_PER_SECOND + Interval.skewMicros(advskew);
        }
    },
    /** 3 * (advbase + advskew/256) s, at least 3/256 s: OpenBSD. */
    OPENBSD {
        @Override
        long micros(int advbase, int advskew) {
            return MISSED * Interval.nanos(advbase, advskew) / Interval.NANOS_PER_MICRO;
        }
    };

    private static final long MISSED = 3;

    abstract long micros(int advbase, int advskew);

    /** The master-down time of a node with this configuration. */
    public long nanos(int advbase, int advskew) {
        return micros(advbase, advskew) * Interval.NANOS_PER_MICRO;
    }
}
