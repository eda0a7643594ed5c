// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

/** Flows that a failover ends, by the reason. Of most of them a copy would be worse than none. */
public enum UncarriedKind {
    /** The kernel ends a GRE flow that it did not make itself with the first packet: it gives such a flow no timeouts (gre_packet in nf_conntrack_proto_gre.c). */
    GRE("GRE", ""),
    /** Its role and sequence number cannot be set. Only a kernel before 6.17 follows DCCP; to later ones it is a protocol like any other. */
    DCCP("DCCP", ""),
    /** It keeps the call ids, by which GRE finds its flow, within the kernel. */
    PPTP("the helper pptp", "pptp"),
    /** The helpers of H.323 keep the ports that a call has announced within the kernel. */
    Q931("the helper Q.931", "Q.931"),
    RAS("the helper RAS", "RAS"),
    H245("the helper H.245", "H.245"),
    /** The kernel takes an expectation from a program only where its master has a helper (ctnetlink_alloc_expect in nf_conntrack_netlink.c). The flow itself is told. */
    RULES_EXPECTATION("an expectation that a rule set (ct expectation)", "") {
        @Override
        String why() {
            return "go on after a failover, but what they expect is not let in then: the kernel takes expectations only with"
                    + " a helper";
        }
    },
    /** Replies come to an address that only this node has. Peers are told of them: they go on when this node comes back soon. */
    OWN_ADDRESS("NAT to this node's own address", "") {
        @Override
        String why() {
            return "end with a failover, since no other node gets the replies: use snat to a virtual address";
        }
    };

    private final String words;
    private final String helper;

    UncarriedKind(String words, String helper) {
        this.words = words;
        this.helper = helper;
    }

    /** Behind "flows of". */
    public String words() {
        return words;
    }

    /** Behind what they are flows of: why they end. */
    String why() {
        return "are not replicated, since no other node could carry them on: they end with a failover. They are counted as"
                + " uncarried";
    }

    /** The kernel's name of the helper whose flows these are; empty where it is none. */
    String helper() {
        return helper;
    }
}
