// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

/** The way to the peers. Called within the machine's inputs, on its loop; an implementation must not call the machine back. */
public interface SyncLink {
    /**
     * Sends the first {@code length} bytes of {@code frame} to every peer. The array is the machine's: copy what is sent later.
     *
     * @param path which of the node's paths it goes by, from 0
     */
    void send(int path, byte[] frame, int length);

    /** Frames go by other paths than before. */
    default void onPathsChanged() {}

    /** A session with a peer has begun, perhaps with its next life, or a peer that was lost is heard again. */
    void peerThere(int creatorId, String node);

    /** A peer said goodbye, or is lost. */
    void peerGone(int creatorId);
}
