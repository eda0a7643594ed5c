// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.CarpSnapshot;
import io.mirrorcarp.carp.VirtualHost;
import io.mirrorcarp.carp.VirtualHostStatus;
import io.mirrorcarp.carp.election.Bid;
import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.election.VrrpBid;
import io.mirrorcarp.carp.election.VrrpRules;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.IpBalancing;
import io.mirrorcarp.carp.packet.Rejection;
import io.mirrorcarp.conntrack.io.TableAlarm;
import io.mirrorcarp.conntrack.io.TableWatch.Reading;
import io.mirrorcarp.daemon.config.AuthMode;
import io.mirrorcarp.daemon.config.BalancingConfiguration;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.control.LinkFault;
import io.mirrorcarp.daemon.control.Stats;
import io.mirrorcarp.daemon.control.Status;
import io.mirrorcarp.pfsync.PathSnapshot;
import io.mirrorcarp.pfsync.PfsyncSnapshot;
import io.mirrorcarp.pfsync.message.Announcement;
import io.mirrorcarp.pfsync.protocol.ReplicationStatus;
import io.mirrorcarp.pfsync.protocol.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes one answer of what the parts of the node say. */
final class StatusReport {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double CENTIS_PER_SECOND = 100;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int IPV4_HEADER_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;

    private final Supplier<Configuration> configuration;
    private final long startNanos;
    private final Supplier<Reading> table;
    private final Supplier<List<Status.Finding>> hostFindings;
    private final Supplier<List<String>> ownLacks;
    private final Function<ReplicationStatus.PeerStatus, List<String>> findings;
    private final Function<ReplicationStatus.PeerStatus, @Nullable Integer> differences;
    private final BiFunction<Replication.Snapshot, CarpSnapshot, List<LinkFault>> faults;

    /**
     * @param hostFindings what the doctor found when it looked last
     * @param ownLacks what this node itself lacks to carry on what its peers carry
     * @param findings why a peer could not take over
     * @param differences how many settings of a peer differ; null where that is not known
     * @param faults what is wrong with the state channel
     */
    StatusReport(
            Supplier<Configuration> configuration,
            long startNanos,
            Supplier<Reading> table,
            Supplier<List<Status.Finding>> hostFindings,
            Supplier<List<String>> ownLacks,
            Function<ReplicationStatus.PeerStatus, List<String>> findings,
            Function<ReplicationStatus.PeerStatus, @Nullable Integer> differences,
            BiFunction<Replication.Snapshot, CarpSnapshot, List<LinkFault>> faults) {
        this.differences = differences;
        this.faults = faults;
        this.findings = findings;
        this.configuration = configuration;
        this.startNanos = startNanos;
        this.table = table;
        this.hostFindings = hostFindings;
        this.ownLacks = ownLacks;
    }

    /** Why a peer could not take over, by what both nodes say of themselves. */
    List<String> obstacles(ReplicationStatus.PeerStatus peer) {
        return findings.apply(peer);
    }

    Status status(CarpSnapshot election, Optional<Replication.Snapshot> states) {
        Reading entries = table.get();
        List<String> blocked = blockedBy(election, states, entries);
        return new Status(
                configuration.get().node().name(),
                configuration.get().node().hostIdText(),
                seconds(election.takenAtNanos() - startNanos),
                blocked.isEmpty(),
                blocked,
                election.demotion(),
                election.suppressPreempt(),
                election.demotionSources().stream()
                        .anyMatch(source -> source.name().equals(DemotionSource.MAINTENANCE)),
                election.demotionSources().stream()
                        .map(source -> source(source, election.takenAtNanos()))
                        .toList(),
                election.virtualHosts().stream()
                        .map(host -> host(host, startNanos, election.takenAtNanos()))
                        .toList(),
                states.map(on -> pfsync(on, election)).orElse(Status.Pfsync.OFF),
                conntrack(entries, states),
                hostFindings.get());
    }

    private static Status.Conntrack conntrack(Reading table, Optional<Replication.Snapshot> states) {
        List<Status.Uncarried> uncarried = states.stream()
                .flatMap(on -> on.uncarried().entrySet().stream())
                .map(kind -> new Status.Uncarried(kind.getKey().words(), kind.getValue()))
                .toList();
        int offloaded = states.map(Replication.Snapshot::offloaded).orElse(0);
        return new Status.Conntrack(table.entries(), table.limit(), table.dying(), uncarried, offloaded);
    }

    /** What would be lost, or keep the other node from taking over, if this node failed now. */
    private List<String> blockedBy(CarpSnapshot election, Optional<Replication.Snapshot> states, Reading table) {
        List<String> reasons = new ArrayList<>();
        if (states.isEmpty()) {
            reasons.add("pfsync is off: connections would be lost");
        }
        states.ifPresent(on -> addReplication(on.pfsync().status(), faults.apply(on, election), reasons));
        if (table.percent() >= TableAlarm.FULL_PERCENT) {
            reasons.add("the conntrack table is " + table.percent() + " % full");
        }
        ownLacks.get().forEach(lack -> reasons.add("this node: " + lack));
        for (DemotionSource source : election.demotionSources()) {
            boolean wished = source.name().equals(DemotionSource.FAILOVER);
            String reason = "this node is demoted: " + source.reason();
            // Each interface that is down demotes by itself.
            if (!wished && !source.name().startsWith("pfsync") && !reasons.contains(reason)) {
                reasons.add(reason);
            }
        }
        for (VirtualHostStatus host : election.virtualHosts()) {
            if (host.state() == io.mirrorcarp.carp.election.CarpState.INIT) {
                reasons.add(host.host().name() + " is INIT: " + host.reason().text());
            }
        }
        return reasons;
    }

    private void addReplication(ReplicationStatus status, List<LinkFault> faults, List<String> reasons) {
        String fault =
                faults.stream().filter(LinkFault::blocking).map(LinkFault::text).collect(Collectors.joining("; "));
        if (status.bulkRunning() && fault.isEmpty()) {
            reasons.add("pfsync bulk " + percent(status) + " %");
        } else if (status.verdict() != Verdict.IN_SYNC) {
            reasons.add("pfsync " + status.verdict().label() + (fault.isEmpty() ? "" : ": " + fault));
        }
        for (ReplicationStatus.PeerStatus peer : status.peers()) {
            if (peer.verdict() == Verdict.IN_SYNC && !peer.whole()) {
                reasons.add("peer " + peer.node() + " does not have every state yet");
            }
            List<String> current = peer.verdict() == Verdict.LOST ? List.of() : findings.apply(peer);
            current.forEach(finding -> reasons.add(peer.node() + ": " + finding));
        }
        if (status.degraded() != null) {
            reasons.add("pfsync degraded: " + status.degraded());
        }
    }

    private static long percent(ReplicationStatus status) {
        return status.bulkExpected() == 0 ? 0 : Math.min(99, 100 * status.bulkReceived() / status.bulkExpected());
    }

    private static Status.DemotionSource source(DemotionSource source, long nowNanos) {
        return new Status.DemotionSource(
                source.name(),
                source.subject(),
                source.group(),
                source.value(),
                seconds(nowNanos - source.sinceNanos()),
                source.reason(),
                secondsUntil(source.untilNanos(), nowNanos));
    }

    private static Status.VirtualHost host(VirtualHostStatus status, long startNanos, long nowNanos) {
        // A virtual host whose carpdev never came has had its state since the node started.
        long sinceNanos = status.sinceNanos() - startNanos < 0 ? startNanos : status.sinceNanos();
        Bid own = status.host().settings().rules().bid(0);
        return new Status.VirtualHost(
                status.host().name(),
                status.host().vhid(),
                status.host().carpdev(),
                Status.CarpState.valueOf(status.state().name()),
                own.advbase(),
                own.advskew(),
                status.host().group(),
                status.advertised().advskew(),
                status.advertised().demote(),
                authentication(status),
                vrrp(status),
                balancing(status.host()),
                status.host().addresses().stream()
                        .map(address -> io.mirrorcarp.address.AddressText.format(address.address()) + "/"
                                + address.prefixLength())
                        .toList(),
                seconds(nowNanos - sinceNanos),
                status.reason().text(),
                secondsUntil(status.upAtNanos(), nowNanos),
                status.heldOffUntilNanos() > nowNanos ? secondsUntil(status.heldOffUntilNanos(), nowNanos) : null,
                status.transitions(),
                status.dualMasters(),
                status.peers().stream()
                        .map(peer -> new Status.CarpPeer(
                                io.mirrorcarp.address.AddressText.format(peer.address()),
                                peer.bid().advskew(),
                                peer.bid() instanceof VrrpBid bid ? bid.priority() : null,
                                seconds(nowNanos - peer.lastSeenNanos())))
                        .toList());
    }

    private static Status.Authentication authentication(VirtualHostStatus status) {
        if (status.host().settings().rules() instanceof VrrpRules) {
            return new Status.Authentication("none", 0);
        }
        AuthMode mode = status.host().auth().strict() ? AuthMode.STRICT : AuthMode.COMPATIBLE;
        return new Status.Authentication(mode.name().toLowerCase(Locale.ROOT), status.forgeries());
    }

    private static Status.@Nullable Balancing balancing(VirtualHost host) {
        IpBalancing balancing = host.attachment().balancing();
        return balancing == null
                ? null
                : new Status.Balancing(
                        BalancingConfiguration.Mode.valueOf(balancing.mode().name())
                                .text(),
                        host.slot(),
                        balancing.slots());
    }

    private static Status.@Nullable Vrrp vrrp(VirtualHostStatus status) {
        return status.host().settings().rules() instanceof VrrpRules rules
                ? new Status.Vrrp(
                        "vrrp" + rules.protocol().version(),
                        rules.priority(),
                        ((VrrpBid) status.advertised()).priority(),
                        rules.intervalCentis() / CENTIS_PER_SECOND)
                : null;
    }

    private Status.Pfsync pfsync(Replication.Snapshot states, CarpSnapshot election) {
        PfsyncSnapshot pfsync = states.pfsync();
        ReplicationStatus status = pfsync.status();
        return new Status.Pfsync(
                state(status.verdict()),
                states.syncdev(),
                status.peers().stream()
                        .map(peer -> peer(peer, pfsync.addresses(), masterOf(peer, election)))
                        .toList(),
                new Status.Bulk(status.bulkRunning(), status.bulkReceived(), status.bulkExpected()),
                status.degraded(),
                faults.apply(states, election),
                pfsync.paths().stream()
                        .map(PathSnapshot::standing)
                        .map(path -> new Status.SyncPath(path.device(), path.up(), path.inUse(), path.fault()))
                        .toList());
    }

    /** What a peer said last counts as long as it is heard. */
    private static List<String> masterOf(ReplicationStatus.PeerStatus peer, CarpSnapshot election) {
        if (peer.verdict() == Verdict.LOST) {
            return List.of();
        }
        return election.virtualHosts().stream()
                .map(VirtualHostStatus::host)
                .filter(own -> {
                    Announcement.Host other =
                            PeerFindings.withAddresses(own.addressDigest(), own.vhid(), peer.announcement());
                    return other != null && other.master();
                })
                .map(VirtualHost::name)
                .toList();
    }

    private Status.PfsyncPeer peer(
            ReplicationStatus.PeerStatus peer, Map<Integer, String> addresses, List<String> masterOf) {
        return new Status.PfsyncPeer(
                peer.node(),
                HexFormat.of().toHexDigits(peer.creatorId()),
                addresses.getOrDefault(peer.creatorId(), ""),
                state(peer.verdict()),
                seconds(peer.lastHeardNanos()),
                peer.lagNanos() / NANOS_PER_MILLI,
                peer.entries(),
                peer.verdict() == Verdict.IN_SYNC && peer.whole() && peer.equal(),
                masterOf,
                findings.apply(peer),
                peer.announcement().version(),
                pathMtu(peer, addresses),
                peer.frameVersion(),
                differences.apply(peer));
    }

    /** What the path to a peer carries, the IP header included; 0 where no session tells. */
    private static int pathMtu(ReplicationStatus.PeerStatus peer, Map<Integer, String> addresses) {
        boolean ipv6 = addresses.getOrDefault(peer.creatorId(), "").contains(":");
        return peer.pathBytes() == 0 ? 0 : peer.pathBytes() + (ipv6 ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES);
    }

    private static Status.PfsyncState state(Verdict verdict) {
        return Status.PfsyncState.valueOf(verdict.name());
    }

    Stats stats(CarpSnapshot election, Optional<Replication.Snapshot> states) {
        return new Stats(
                election.counters(),
                states.map(on -> on.pfsync().counters()).orElse(Map.of()),
                states.map(Replication.Snapshot::counters).orElse(Map.of()),
                discards(election));
    }

    private static Map<String, Map<CarpCounter, Long>> discards(CarpSnapshot election) {
        Map<String, Map<CarpCounter, Long>> carpdevs = new LinkedHashMap<>();
        election.discards().forEach((carpdev, counters) -> {
            Map<CarpCounter, Long> discards = new EnumMap<>(CarpCounter.class);
            for (Rejection reason : Rejection.values()) {
                if (reason.counter() != null) {
                    discards.put(reason.counter(), counters.getOrDefault(reason.counter(), 0L));
                }
            }
            carpdevs.put(carpdev, discards);
        });
        return carpdevs;
    }

    private static @Nullable Double secondsUntil(long untilNanos, long nowNanos) {
        return untilNanos == CarpInstance.NEVER ? null : seconds(untilNanos - nowNanos);
    }

    private static double seconds(long nanos) {
        return nanos / NANOS_PER_SECOND;
    }
}
