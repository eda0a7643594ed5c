// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

/**
 * What a peer says of the advertisements of one virtual host, on a path that can be trusted.
 *
 * @param peer its number
 * @param node its name
 * @param vhid 1 to 255
 * @param addresses the digest of the virtual addresses
 * @param sequence the highest sequence that it sent or heard, 0 to 2^36 - 1
 * @param proves whether its own advertisements prove what they say
 */
public record PeerStatement(int peer, String node, int vhid, long addresses, long sequence, boolean proves) {
    /** Whether it is of this virtual host: names and carpdevs may differ from node to node. */
    boolean isOf(VirtualHost host) {
        return vhid == host.vhid() && addresses == host.addressDigest();
    }
}
