// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.system;

/** The modes of conntrackd, each set up for the least work: what is received is written into the kernel at once. */
public enum ConntrackdMode {
    /** Sequence numbers, acknowledgements, repair; a copy of the sender's table in its own memory. */
    FTFW("""
            Mode FTFW {
              ResendQueueSize 4000000
              ACKWindowSize 300
              DisableExternalCache On
              StartupResync Off
            }"""),
    /** Each change is sent once, and no copy of a table is kept at either end. */
    NOTRACK("""
            Mode NOTRACK {
              DisableInternalCache On
              DisableExternalCache On
              StartupResync Off
            }""");

    private final String section;

    ConntrackdMode(String section) {
        this.section = section;
    }

    /** The section of the configuration that chooses it. */
    String section() {
        return section;
    }
}
