// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.message.Announcement;
import java.net.InetAddress;
import java.util.Set;

/**
 * What a peer is master of, by its own word over the sealed channel.
 *
 * @param vhid 1 to 255
 * @param addresses the digest of the virtual addresses, as in a resignation
 * @param sender a source address of its advertisements
 */
public record PeerMaster(int vhid, long addresses, InetAddress sender) {
    /** Adds all that a peer says of this kind. */
    static void addAll(Announcement peer, Set<PeerMaster> masters) {
        for (Announcement.Host host : peer.hosts()) {
            if (host.master()) {
                host.senders().forEach(sender -> masters.add(new PeerMaster(host.vhid(), host.addresses(), sender)));
            }
        }
    }
}
