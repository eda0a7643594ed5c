// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

/** The way to the peers. Called within the machine's inputs, on its loop; an implementation must not call the machine back. */
public interface SyncLink {
    /** Sends the first {@code length} bytes of {@code frame} to every peer. The array is the machine's: copy what is sent later. */
    void send(byte[] frame, int length);

    /** A session with a peer has begun, perhaps with its next life, or a peer that was lost is heard again. */
    void peerThere(int creatorId, String node);

    /** A peer said goodbye, or is lost. */
    void peerGone(int creatorId);
}
