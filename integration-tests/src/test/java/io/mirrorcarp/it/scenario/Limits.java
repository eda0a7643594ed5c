// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.scenario;

import java.time.Duration;

/** How long a test waits for what must come. Generous: a busy machine is no failure. */
final class Limits {
    /** For a JVM to start beside others and be elected. */
    static final Duration START = Duration.ofSeconds(40);

    /** For a change of roles, and what follows from it. */
    static final Duration ROLE = Duration.ofSeconds(20);

    static final Duration POLL = Duration.ofMillis(25);

    private Limits() {}
}
