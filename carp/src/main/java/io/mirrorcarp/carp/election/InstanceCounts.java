// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/** What a virtual host counted since it was made. */
public final class InstanceCounts {
    private long transitions;
    private long timesMaster;
    private long dualMasters;
    private long ignoredInputs;

    void transition() {
        transitions++;
    }

    void becameMaster() {
        timesMaster++;
    }

    void dualMaster() {
        dualMasters++;
    }

    void ignored() {
        ignoredInputs++;
    }

    /** Changes of state. */
    public long transitions() {
        return transitions;
    }

    /** Changes to MASTER: OpenBSD's carps_preempt. */
    public long timesMaster() {
        return timesMaster;
    }

    /** Times that another master was heard while master, authentic or not. */
    public long dualMasters() {
        return dualMasters;
    }

    /** Inputs that had no meaning in the state. */
    public long ignoredInputs() {
        return ignoredInputs;
    }
}
