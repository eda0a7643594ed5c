// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

/** What the machine wants done. Called within its inputs, on its loop; an implementation must not call the machine back. */
public interface ReplicationOutput {
    /** Sends the first {@code length} bytes of {@code frame} to every peer. The array is the machine's: copy what is sent later. */
    void send(byte[] frame, int length);

    /** Raises or lowers the demotion of {@code source}, which stands in the log with the reason. Starts lowered. */
    void demote(DemotionCause cause, boolean raised, String reason);

    /** Whether this node may take addresses from a healthy master. Starts false. */
    void allowPreempt(boolean allowed, String reason);

    /** A session with a peer has begun, perhaps with its next life, or a peer that was lost is heard again. */
    void peerThere(int creatorId, String node);

    /** A peer said goodbye, or is lost. */
    void peerGone(int creatorId);

    /**
     * A peer, master of a virtual host until now, leaves it. Called up to three times for each.
     *
     * @param vhid 1 to 255
     * @param addresses the digest of the virtual addresses
     */
    void resigned(int vhid, long addresses);

    /** The verdict over all peers changed. Starts as {@link Verdict#OFF}. */
    void verdict(Verdict verdict);

    /** To be kept, and given to the next life of the node. */
    void remember(KnownTables tables);

    /** One line for the log, without the name of the program. */
    void log(String line);
}
