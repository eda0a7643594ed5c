// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One snapshot of the node: the facts that {@code carpctl status} prints, as text or as JSON. The components have the names and
 * the nesting of the JSON. Ages are in seconds before the snapshot.
 *
 * @param hostId 8 hexadecimal digits
 * @param failoverReady true when the peer could take over now without losing a connection that can be carried; what never can is {@link Conntrack#uncarried}
 * @param failoverBlockedBy why not, in words such as "pfsync bulk 63 %"; empty when ready
 * @param demotion the sum of the sources
 * @param suppressPreempt how many reasons keep this node from preempting
 */
public record Status(
        String node,
        String hostId,
        double uptimeSeconds,
        boolean failoverReady,
        List<String> failoverBlockedBy,
        int demotion,
        int suppressPreempt,
        boolean maintenance,
        List<DemotionSource> demotionSources,
        List<VirtualHost> vhids,
        Pfsync pfsync,
        Conntrack conntrack,
        List<Finding> findings) {
    public Status {
        findings = List.copyOf(findings);
        failoverBlockedBy = List.copyOf(failoverBlockedBy);
        demotionSources = List.copyOf(demotionSources);
        vhids = List.copyOf(vhids);
    }

    /** What the doctor found at the host when it looked last. */
    public record Finding(String code, String text) {}

    /**
     * One reason to be demoted.
     *
     * @param source link, send-errors, addresses, allow, pfsync-bulk, pfsync-link, forwarding, track:NAME, admin or maintenance
     * @param subject what it is about, such as a device; may be empty
     * @param group whose virtual hosts it demotes; empty for all of them
     * @param value what it adds
     * @param expiresInSeconds when it ends by itself at the latest; null when it does not
     */
    public record DemotionSource(
            String source,
            String subject,
            String group,
            int value,
            double sinceSeconds,
            String reason,
            @Nullable Double expiresInSeconds) {}

    /**
     * One virtual host.
     *
     * @param group whose demotion it shares; empty for none
     * @param advbase in seconds; with VRRP its interval, rounded up
     * @param advskew with VRRP what the priority lacks to 255: the lowest is the best
     * @param advertisedAdvskew what the advertisements say, demotion included
     * @param advertisedDemote the demote byte of them
     * @param auth what its advertisements must prove
     * @param vrrp what VRRP has of its own; null with CARP
     * @param balancing which of the carpnodes it is; null without balancing
     * @param addresses with the lengths of their prefixes
     * @param sinceSeconds how long it has been in its state
     * @param reason why it went there
     * @param upInSeconds when it comes up by itself, having been taken down for a while; null otherwise
     * @param heldOffSeconds how long it still waits for the services of the node before it may become master; null otherwise
     * @param transitions changes of state since the start
     * @param dualMasters times that another node was master as well, since the start
     */
    public record VirtualHost(
            String name,
            int vhid,
            String carpdev,
            CarpState state,
            int advbase,
            int advskew,
            String group,
            int advertisedAdvskew,
            int advertisedDemote,
            Authentication auth,
            @Nullable Vrrp vrrp,
            @Nullable Balancing balancing,
            List<String> addresses,
            double sinceSeconds,
            String reason,
            @Nullable Double upInSeconds,
            @Nullable Double heldOffSeconds,
            long transitions,
            long dualMasters,
            List<CarpPeer> peers) {
        public VirtualHost {
            addresses = List.copyOf(addresses);
            peers = List.copyOf(peers);
        }
    }

    /**
     * What the advertisements of a virtual host must prove.
     *
     * @param mode compatible or strict; none with VRRP
     * @param forgeries known advertisements that somebody sent again with other values, since the start
     */
    public record Authentication(String mode, long forgeries) {}

    /**
     * What a virtual host that speaks VRRP has in the place of advbase and advskew.
     *
     * @param protocol vrrp3 or vrrp2
     * @param priority 1 to 255
     * @param advertisedPriority what the advertisements say, demotion included
     */
    public record Vrrp(String protocol, int priority, int advertisedPriority, double intervalSeconds) {}

    /**
     * Which packets the master of a balanced virtual host keeps.
     *
     * @param mode as the file spells it
     * @param slot 0 to slots - 1: those whose addresses give this number
     * @param slots how many carpnodes there are
     */
    public record Balancing(String mode, int slot, int slots) {}

    /**
     * A node whose advertisements for a virtual host were heard.
     *
     * @param priority with VRRP; null with CARP
     */
    public record CarpPeer(
            String address, int advskew, @Nullable Integer priority, double lastSeenSeconds) {}

    /**
     * The state channel.
     *
     * @param syncdev the sync device in use; null when pfsync is off
     * @param paths the ways to the peers, one for each sync device, in the order of the configuration
     * @param degraded why connections could be lost although the node carries on, such as "bulk update timed out after 30 s"; null when
     *     nothing is wrong
     */
    public record Pfsync(
            PfsyncState state,
            @Nullable String syncdev,
            List<PfsyncPeer> peers,
            Bulk bulk,
            @Nullable String degraded,
            List<LinkFault> faults,
            List<SyncPath> paths) {
        /** What a node without [pfsync] answers. */
        public static final Pfsync OFF =
                new Pfsync(PfsyncState.OFF, null, List.of(), new Bulk(false, 0, 0), null, List.of(), List.of());

        public Pfsync {
            peers = List.copyOf(peers);
            faults = List.copyOf(faults);
            paths = List.copyOf(paths);
        }
    }

    /**
     * A way to the peers.
     *
     * @param device its sync device
     * @param up whether the device can pass frames
     * @param inUse whether states go by it
     * @param fault why it does not serve; empty where it could
     */
    public record SyncPath(String device, boolean up, boolean inUse, String fault) {}

    /**
     * A node on the state channel.
     *
     * @param hostId 8 hexadecimal digits
     * @param lagMillis how far its acknowledgements are behind what this node sent; 0 where nothing was sent for 10 s
     * @param entries how many entries its table has
     * @param pathMtu the MTU of the way to it: what both sync devices and all between them carry; 0 where that is not known
     * @param digestMatches true when its table holds what this node's does
     * @param masterOf the names, as they are here, of the virtual hosts that it says it is master of
     * @param configDifferences how many settings that matter it has otherwise; null where that is not known
     */
    public record PfsyncPeer(
            String node,
            String hostId,
            String address,
            PfsyncState state,
            double lastSeenSeconds,
            double lagMillis,
            long entries,
            boolean digestMatches,
            List<String> masterOf,
            List<String> notReadyBecause,
            String version,
            int pathMtu,
            int frameVersion,
            @Nullable Integer configDifferences) {
        public PfsyncPeer {
            masterOf = List.copyOf(masterOf);
            notReadyBecause = List.copyOf(notReadyBecause);
        }

        /** Whether nothing was sent to it lately that it could be behind with. */
        public boolean idle() {
            return lagMillis == 0;
        }

        /** Whether it could take over now, as far as it says. */
        public boolean ready() {
            return notReadyBecause.isEmpty();
        }
    }

    /** The bulk update that this node waits for, in entries. */
    public record Bulk(boolean running, long received, long expected) {}

    /**
     * The kernel's table.
     *
     * @param uncarried the flows in it that no other node could carry on; without replication it is not known
     * @param offloaded the flows in it that a flowtable forwards, as the last comparison saw them; 0 without replication
     */
    public record Conntrack(long entries, long limit, long dying, List<Uncarried> uncarried, int offloaded) {
        public Conntrack {
            uncarried = List.copyOf(uncarried);
        }
    }

    /**
     * Flows that end with a failover, whatever the peer has.
     *
     * @param kind what they are flows of, such as "GRE" or "the helper pptp"
     * @param flows how many
     */
    public record Uncarried(String kind, int flows) {
        @Override
        public String toString() {
            return flows + (flows == 1 ? " flow of " : " flows of ") + kind;
        }
    }

    /** The states of the election. */
    public enum CarpState {
        INIT,
        BACKUP,
        MASTER;

        /** As the JSON spells it: in lower case. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The states of the channel, and of each peer on it. */
    public enum PfsyncState {
        OFF,
        /** No peer was seen. */
        ALONE,
        BULK,
        IN_SYNC,
        LAGGING,
        /** Frames arrive and are not acknowledged, or the reverse. */
        ONE_WAY,
        /** A peer that was there is silent. */
        LOST;

        /** As the JSON spells it: {@code in-sync}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
