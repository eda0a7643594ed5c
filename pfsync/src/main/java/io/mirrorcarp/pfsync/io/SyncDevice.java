// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

/**
 * The sync device as the kernel has it now.
 *
 * @param ifindex its number; 0 where there is no such device
 * @param up whether the administrator set it up
 * @param operational whether it can pass frames: it is up and has its carrier
 * @param mtu in bytes
 */
public record SyncDevice(String name, int ifindex, boolean up, boolean operational, int mtu) {
    public static SyncDevice absent(String name) {
        return new SyncDevice(name, 0, false, false, 0);
    }

    /** Whether it lost its carrier since it was like that, which a peer at the other end of the cable that loses power makes happen. */
    public boolean lostCarrier(SyncDevice before) {
        return before.ifindex == ifindex && before.operational && up && !operational;
    }

    public boolean isPresent() {
        return ifindex != 0;
    }
}
