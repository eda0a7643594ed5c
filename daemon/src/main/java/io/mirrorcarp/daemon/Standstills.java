// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Words the warning that a thread stood still, at most once a minute: on a machine that is short of CPU time there is one each second. */
final class Standstills {
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private boolean told;
    private long toldNanos;
    private int untold;

    /**
     * A thread stands still.
     *
     * @param millis for how long so far
     * @return what to log; empty where it was said less than a minute ago
     */
    synchronized Optional<String> line(long millis, long nowNanos) {
        if (told && nowNanos - toldNanos < QUIET_NANOS) {
            untold++;
            return Optional.empty();
        }
        String more = untold == 0 ? "" : ", and " + untold + " times since the last such line";
        told = true;
        toldNanos = nowNanos;
        untold = 0;
        return Optional.of("a thread that must never wait stood still for " + millis + " ms" + more
                + ": this machine was suspended, or has too little CPU time");
    }
}
