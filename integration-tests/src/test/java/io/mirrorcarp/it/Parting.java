// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.net.LabNetwork;

/**
 * What the switches do not pass on. Dropped on the node's own egress it would be an error of sending, by which the node is demoted, and its ingress hooks come behind the packet sockets that read
 * advertisements.
 */
final class Parting {
    private Parting() {}

    /** Of what a node sends into a network these are dropped from now on, until {@link #mend}: numbers of IP protocols. */
    static void part(LabNetwork network, Firewall node, String protocols) {
        String table = table(network, node);
        network.switchNamespace()
                .run(
                        "nft",
                        "add table " + table + "; add chain " + table + " in { type filter hook ingress device \""
                                + network.port(node.host()) + "\" priority 0; }; add rule " + table
                                + " in meta l4proto { " + protocols + " } drop")
                .orThrow();
    }

    static void mend(LabNetwork network, Firewall node) {
        network.switchNamespace()
                .run("nft", "delete table " + table(network, node))
                .orThrow();
    }

    /** All switches share a namespace. */
    private static String table(LabNetwork network, Firewall node) {
        return "netdev cut_" + network.name() + "_" + node.name().replace('-', '_');
    }
}
