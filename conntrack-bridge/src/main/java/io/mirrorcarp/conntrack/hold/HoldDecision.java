// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold;

/** What is to be done with a packet that has no state. */
public enum HoldDecision {
    /** It waits, in {@link HoldQueue#slot()}. */
    HOLD,
    /** Its state came into the kernel after the packet was judged: it comes in again at once. */
    ADMIT,
    /** It goes on: one like it waited for nothing lately. */
    STRAY,
    /** It goes on: many packets of its source waited for nothing lately. */
    STRAY_SOURCE,
    /** It goes on: too many wait already, or too many of its connection. */
    FULL
}
