// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

/** What carries a frame. */
public enum SyncTransport {
    /** An IP packet of protocol 240. */
    IP(0),
    /** UDP, from and to {@link LinuxSyncNetwork#PORT}: for networks that pass no other protocols, such as those of clouds. */
    UDP(8);

    private final int headerBytes;

    SyncTransport(int headerBytes) {
        this.headerBytes = headerBytes;
    }

    /** Bytes between the IP header and the frame. */
    public int headerBytes() {
        return headerBytes;
    }
}
