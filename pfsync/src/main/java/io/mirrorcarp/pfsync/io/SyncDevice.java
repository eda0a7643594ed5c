// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

/**
 * The sync device as the kernel has it now.
 *
 * @param ifindex its number; 0 where there is no such device
 * @param operational whether it can pass frames
 * @param mtu in bytes
 */
public record SyncDevice(String name, int ifindex, boolean operational, int mtu) {
    static SyncDevice absent(String name) {
        return new SyncDevice(name, 0, false, 0);
    }

    public boolean isPresent() {
        return ifindex != 0;
    }
}
