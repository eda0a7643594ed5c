// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.carp.CarpSnapshot;
import io.mirrorcarp.carp.VirtualHost;
import io.mirrorcarp.carp.VirtualHostStatus;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.conntrack.io.TableAlarm;
import io.mirrorcarp.conntrack.io.TableWatch.Reading;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.control.LinkFault;
import io.mirrorcarp.pfsync.message.Announcement;
import io.mirrorcarp.pfsync.protocol.ReplicationStatus.PeerStatus;
import io.mirrorcarp.pfsync.protocol.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Tells the peers each second whether this node could take over, and what its virtual hosts are; and says what the peers' answers mean. What differs for two
 * seconds is logged: an address that is just moving is on both nodes for a moment.
 */
final class PairWatch {
    private static final long INTERVAL_MILLIS = 1_000;
    private static final int TIMES = 3;
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** What has just been handed over can be handed back, and the abilities tell who forwards. */
    private static final Set<String> TOLD_OTHERWISE = Set.of(DemotionSource.FAILOVER, DemotionSource.FORWARDING);

    private static final String VERSION = version();

    private final Vertx vertx;
    private final Supplier<Future<CarpSnapshot>> election;
    private final Replication replication;
    private final Supplier<Reading> table;
    private final PeerSettings settings;
    private final EventLog events;
    private final BiFunction<Replication.Snapshot, CarpSnapshot, List<LinkFault>> faults;
    private final Map<String, Integer> seen = new HashMap<>();
    private RoleChanges changes = new RoleChanges();
    private final DoubleMasters masters = new DoubleMasters();
    private final Supplier<String> node;
    private Consumer<List<PeerStatus>> onHeard = peers -> {};
    private Consumer<String> onRid = name -> {};
    private Consumer<String> onBlind = reason -> {};
    private ForwardingWatch forwarding = new ForwardingWatch("");
    private String blind = "";
    private volatile List<PeerStatus> peers = List.of();
    private volatile Announcement own = Announcement.NONE;
    private final KernelAbilities kernel = new KernelAbilities();
    private Runnable onKernelChanged = () -> {};
    private volatile Map<Integer, List<String>> findings = Map.of();
    private volatile List<String> ownLacks = List.of();

    /** @param node the name of this one */
    PairWatch(
            Vertx vertx,
            Supplier<String> node,
            Supplier<Future<CarpSnapshot>> election,
            Replication replication,
            Supplier<Reading> table,
            PeerSettings settings,
            BiFunction<Replication.Snapshot, CarpSnapshot, List<LinkFault>> faults,
            EventLog events) {
        this.node = node;
        this.settings = settings;
        this.faults = faults;
        this.vertx = vertx;
        this.election = election;
        this.replication = replication;
        this.table = table;
        this.events = events;
    }

    /**
     * Begins.
     *
     * @param roles the changes of this node's roles
     * @param heard told of the peers each second
     * @param rid told of a virtual host of which this node is the only master again, by what the peers say
     * @param kernelChanged told that somebody changed a setting of the kernel
     */
    void begin(RoleChanges roles, Consumer<List<PeerStatus>> heard, Consumer<String> rid, Runnable kernelChanged) {
        changes = roles;
        onHeard = heard;
        onRid = rid;
        onKernelChanged = kernelChanged;
        vertx.setPeriodic(0, INTERVAL_MILLIS, id -> look());
        // Who gives way and takes back within a second has done both.
        changes.tell(() -> {
            replication.snapshot().onSuccess(states -> states.ifPresent(this::lookAtMasters));
            election.get().compose(this::announce);
        });
    }

    /**
     * Watches whether this node forwards what its peers do.
     *
     * @param atFirst what the node was demoted for when it started; or empty
     * @param changed told why this node should be demoted, empty where it should not be
     */
    void watchForwarding(String atFirst, Consumer<String> changed) {
        blind = atFirst;
        forwarding = new ForwardingWatch(atFirst);
        onBlind = changed;
    }

    /** The families of the virtual addresses, as bits of an announcement. */
    static int families(Stream<VirtualHost> hosts) {
        return hosts.flatMap(host -> host.addresses().stream())
                .mapToInt(address -> address.address() instanceof Inet6Address
                        ? Announcement.FORWARDS_IPV6
                        : Announcement.FORWARDS_IPV4)
                .reduce(0, (one, other) -> one | other);
    }

    private void lookAtForwarding(CarpSnapshot snapshot) {
        Map<String, Announcement> living = new TreeMap<>();
        peers.stream()
                .filter(peer -> peer.verdict() != Verdict.LOST && peer.verdict() != Verdict.ALONE)
                .forEach(peer -> living.put(peer.node(), peer.announcement()));
        int families = families(snapshot.virtualHosts().stream().map(VirtualHostStatus::host));
        String reason = forwarding.look(families, own.abilities(), living);
        if (!reason.equals(blind)) {
            blind = reason;
            onBlind.accept(reason);
        }
    }

    /** The program's version, as peers are told it. */
    static String ownVersion() {
        return VERSION;
    }

    private static String version() {
        String packaged = PairWatch.class.getPackage().getImplementationVersion();
        return packaged == null ? "unpackaged" : packaged;
    }

    /** Why a peer could not take over now; empty when it could. Any thread may ask. */
    List<String> findings(PeerStatus peer) {
        return findings.getOrDefault(peer.creatorId(), List.of());
    }

    /** What the peers say against taking over from this node; empty where one of them could, or none is there. Any thread may ask. */
    String againstLeaving() {
        return FailoverPeer.against(peers, this::findings);
    }

    /** What this node itself lacks to carry on what its peers carry; empty where it lacks nothing. Any thread may ask. */
    List<String> ownLacks() {
        return ownLacks;
    }

    private void look() {
        election.get()
                .compose(snapshot -> announce(snapshot)
                        .compose(told -> replication.snapshot())
                        .onSuccess(states -> states.ifPresentOrElse(on -> compare(on, snapshot), changes::take)));
    }

    private Future<Void> announce(CarpSnapshot snapshot) {
        return vertx.executeBlocking(() -> announcement(snapshot, table.get(), abilities(), settings.ownDigest()))
                .compose(announcement -> {
                    own = announcement;
                    return replication.announce(announcement);
                });
    }

    private int abilities() {
        List<String> changed = kernel.look();
        changed.forEach(line -> events.warn("host", line));
        if (!changed.isEmpty()) {
            onKernelChanged.run();
        }
        return kernel.abilities();
    }

    private void compare(Replication.Snapshot states, CarpSnapshot snapshot) {
        peers = states.pfsync().status().peers();
        onHeard.accept(peers);
        lookAtForwarding(snapshot);
        settings.look(peers, own.settings());
        Map<Integer, List<String>> now = new HashMap<>();
        Set<String> lacks = new LinkedHashSet<>();
        Map<String, Integer> before = Map.copyOf(seen);
        seen.clear();
        List<String> strict = snapshot.virtualHosts().stream()
                .map(VirtualHostStatus::host)
                .filter(host -> host.auth().strict())
                .map(VirtualHost::name)
                .toList();
        for (PeerStatus peer : peers) {
            if (peer.verdict() == Verdict.LOST || peer.verdict() == Verdict.ALONE) {
                // It is silent, or has said goodbye: what it said last was true of a living node.
                continue;
            }
            List<String> all = new ArrayList<>(PeerFindings.of(own, peer.announcement()));
            all.addAll(PeerFindings.of(settings.known(peer)));
            all.addAll(PeerFindings.unproved(strict, peer.announcement()));
            lacks.addAll(PeerFindings.lacks(peer.announcement(), own));
            for (String missing : PeerFindings.missing(own, peer.announcement())) {
                String line = peer.node() + ": " + missing;
                see(line, before);
                lacks.add(line);
            }
            List<String> lasting = new ArrayList<>();
            for (String finding : all) {
                int times = see(peer.node() + ": " + finding, before);
                boolean passing = finding.startsWith("it is MASTER") && times < TIMES;
                if (!passing) {
                    lasting.add(finding);
                }
            }
            now.put(peer.creatorId(), List.copyOf(lasting));
        }
        if (snapshot.virtualHosts().stream().noneMatch(host -> host.state() == CarpState.BACKUP)) {
            // It carries the flows already, as well as it can.
            lacks.clear();
        }
        lacks.addAll(kernel.faults());
        ownLacks = List.copyOf(lacks);
        lookAtMasters(states);
        faults.apply(states, snapshot).forEach(fault -> see(fault.text() + ": " + fault.todo(), before));
        before.forEach((line, times) -> {
            if (times == TIMES && !seen.containsKey(line)) {
                events.report("pair", "no longer: " + line);
            }
        });
        findings = Map.copyOf(now);
    }

    private synchronized void lookAtMasters(Replication.Snapshot states) {
        List<DoubleMasters.Other> others = new ArrayList<>();
        for (PeerStatus peer : states.pfsync().status().peers()) {
            if (peer.verdict() != Verdict.LOST && peer.verdict() != Verdict.ALONE) {
                for (Announcement.Host host : own.hosts()) {
                    Announcement.Host other = PeerFindings.counterpart(host, peer.announcement());
                    if (other != null) {
                        others.add(new DoubleMasters.Other(
                                peer.node(), host.name(), other.master(), other.masterMillis() * NANOS_PER_MILLI));
                    }
                }
            }
        }
        DoubleMasters.Result result = masters.look(
                node.get(), changes.take(), others, states.pfsync().status().ownedEntries(), System.nanoTime());
        result.lines().forEach(line -> events.warn("pair", line));
        result.rid().forEach(onRid);
    }

    /** How often a line was seen in a row; the third time it is logged. */
    private int see(String line, Map<String, Integer> before) {
        int times = Math.min(TIMES, before.getOrDefault(line, 0) + 1);
        seen.put(line, times);
        if (times == TIMES && before.getOrDefault(line, 0) < TIMES) {
            events.warn("pair", line);
        }
        return times;
    }

    /** Who gave no reason is not told one. */
    private static String maintenance(String reason) {
        return reason.equals("maintenance") ? reason : "maintenance: " + reason;
    }

    private Announcement announcement(CarpSnapshot election, Reading table, int abilities, long settings) {
        List<String> reasons = new ArrayList<>();
        for (DemotionSource source : election.demotionSources()) {
            if (source.name().equals(DemotionSource.MAINTENANCE)) {
                reasons.add(maintenance(source.reason()));
            } else if (!source.name().startsWith("pfsync") && !TOLD_OTHERWISE.contains(source.name())) {
                reasons.add("demoted: " + source.reason());
            }
        }
        List<Announcement.Host> hosts = new ArrayList<>();
        for (VirtualHostStatus host : election.virtualHosts()) {
            if (host.state() == CarpState.INIT) {
                reasons.add(host.host().name() + " is INIT: " + host.reason().text());
            }
            hosts.add(new Announcement.Host(
                    host.host().name(),
                    host.host().vhid(),
                    host.host().addressDigest(),
                    host.host().settings().rules().bid(0).advbase(),
                    host.state() == CarpState.MASTER,
                    named(host.host()),
                    host.sequence(),
                    masterMillis(host, election.takenAtNanos()),
                    host.state() == CarpState.MASTER ? host.senders() : List.of()));
        }
        if (table.percent() >= TableAlarm.FULL_PERCENT) {
            reasons.add("the conntrack table is " + table.percent() + " % full");
        }
        return new Announcement(VERSION, abilities, reasons, hosts, settings);
    }

    private static long masterMillis(VirtualHostStatus host, long nowNanos) {
        return host.state() == CarpState.MASTER ? 1 + (nowNanos - host.sinceNanos()) / NANOS_PER_MILLI : 0;
    }

    /** The addresses are named where a peer has a virtual host of this name with others. */
    private List<String> named(VirtualHost host) {
        boolean differs = peers.stream()
                .flatMap(peer -> peer.announcement().hosts().stream())
                .anyMatch(other -> other.name().equals(host.name()) && other.addresses() != host.addressDigest());
        return differs
                ? host.addresses().stream()
                        .map(address -> AddressText.format(address.address()))
                        .distinct()
                        .toList()
                : List.of();
    }
}
