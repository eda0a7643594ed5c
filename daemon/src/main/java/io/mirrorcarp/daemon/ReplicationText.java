// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.pfsync.equality.PeerComparison;
import io.mirrorcarp.pfsync.flows.FlowName;
import io.mirrorcarp.pfsync.session.PeerBacklog;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What differs between the node and its peers, in words. */
final class ReplicationText {
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final Map<Integer, String> PROTOCOLS =
            Map.of(ICMP, "icmp", 6, "tcp", 17, "udp", 47, "gre", ICMPV6, "icmpv6", 132, "sctp");

    private ReplicationText() {}

    /** A line for each peer, and one below it for each flow that differed. */
    static String comparison(List<PeerComparison> peers) {
        StringBuilder text = new StringBuilder();
        for (PeerComparison peer : peers) {
            text.append(peer.node()).append(": ").append(verdict(peer)).append('\n');
            peer.flows()
                    .forEach(difference -> text.append("  ")
                            .append(kind(difference.kind()))
                            .append(' ')
                            .append(flow(difference.flow()))
                            .append('\n'));
        }
        return text.toString();
    }

    private static String verdict(PeerComparison peer) {
        String entries = peer.copies() + " of its " + peer.entries() + " flows are here";
        if (!peer.finished()) {
            return "did not answer in time; " + entries;
        }
        if (!peer.digests()) {
            return entries + "; it keeps no digests to compare";
        }
        if (peer.differingBuckets() == 0) {
            return "equal, " + entries;
        }
        return peer.differingBuckets() + " of 256 buckets differed, "
                + (peer.equal() ? "and are repaired; " : "and still differ; ") + entries;
    }

    private static String kind(PeerComparison.Kind kind) {
        return switch (kind) {
            case MISSING -> "missing";
            case CHANGED -> "changed";
            case ENDED -> "ended  ";
        };
    }

    /** Whether every peer answered and is equal now. */
    static boolean isEqual(List<PeerComparison> peers) {
        return peers.stream().allMatch(peer -> peer.finished() && peer.equal());
    }

    /** A line for each peer, and one below it for each change that it has not acknowledged. */
    static String backlogs(List<PeerBacklog> peers) {
        StringBuilder text = new StringBuilder();
        for (PeerBacklog peer : peers) {
            text.append(peer.node()).append(": ").append(backlog(peer)).append('\n');
            peer.changes()
                    .forEach(change -> text.append("  ")
                            .append(change.action().name().toLowerCase(Locale.ROOT))
                            .append(' ')
                            .append(flow(change.flow()))
                            .append('\n'));
        }
        return text.toString();
    }

    private static String backlog(PeerBacklog peer) {
        if (!peer.listening()) {
            return "is gone, and lacks whatever changed since";
        }
        if (peer.frames() == 0) {
            return peer.equal() ? "lacks nothing: its digests are equal" : "has acknowledged everything";
        }
        return "has not acknowledged " + peer.frames() + " frames";
    }

    private static String flow(FlowName flow) {
        String protocol = PROTOCOLS.getOrDefault(flow.protocol(), "protocol " + flow.protocol());
        String zone = flow.zone() == 0 ? "" : " zone " + flow.zone();
        if (flow.protocol() == ICMP || flow.protocol() == ICMPV6) {
            return protocol + " " + flow.source() + " > " + flow.destination() + " id " + flow.sourcePort() + zone;
        }
        return protocol + " " + end(flow.source(), flow.sourcePort()) + " > "
                + end(flow.destination(), flow.destinationPort()) + zone;
    }

    private static String end(String address, int port) {
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
    }
}
