// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.system;

import java.util.List;

/** A system that elects which firewall answers for the virtual addresses: fw-a is preferred, fw-b stands by. Ends with the bed. */
public interface Elector {
    /** Starts fw-a's; returns at once. */
    void launchPreferred();

    /** Starts fw-b's; returns at once. */
    void launchOther();

    /** Waits until fw-a's answers those who ask for its state; false at once where it has no such thing. */
    default boolean awaitAnswer() {
        return false;
    }

    /** Waits until fw-a answers for the addresses, whatever runs on fw-b. */
    void awaitPreferred();

    /** Waits until fw-a answers for the addresses and fw-b stands by, ready to take over. */
    void awaitRoles();

    /** SIGTERM to fw-a's; returns at once. */
    void terminatePreferred();

    /** Waits until fw-a's have ended. */
    void awaitPreferredEnd();

    /** The processes on fw-a. */
    List<Long> preferredProcesses();

    /** The processes on fw-b. */
    List<Long> otherProcesses();
}
