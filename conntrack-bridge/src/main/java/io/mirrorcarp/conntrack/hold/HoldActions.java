// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold;

/** What becomes of packets that wait in a {@link HoldQueue}. The slot is free when the call returns. */
public interface HoldActions {
    /** The state of its connection is in the kernel: the packet comes in again, and is judged by it. */
    void admit(int packetId, int slot);

    /** Nothing came in time: the packet goes on as connection tracking judged it. */
    void giveUp(int packetId, int slot);
}
