// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

/** Takes what comes in on the channel. */
public interface ChannelReceiver {
    /**
     * One datagram.
     *
     * @param buffer its payload at the start; valid during the call only
     * @return the creator id of the peer whose session it belongs to, or 0
     */
    int onFrame(byte[] buffer, int length);
}
