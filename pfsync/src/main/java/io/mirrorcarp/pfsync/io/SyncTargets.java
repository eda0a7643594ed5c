// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import java.net.InetAddress;
import java.util.List;

/**
 * Where frames go, and how.
 *
 * @param peers hosts, and multicast groups with {@link SyncTransport#IP}; empty for the group 224.0.0.240
 * @param shared whether several devices have these targets: then each host is a target of the device that leads to it
 */
public record SyncTargets(List<InetAddress> peers, SyncTransport transport, boolean shared) {
    public SyncTargets {
        peers = List.copyOf(peers);
    }
}
