// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.carp.CarpSnapshot;
import io.mirrorcarp.carp.VirtualHostStatus;
import io.mirrorcarp.carp.election.Peer;
import io.mirrorcarp.daemon.config.Transport;
import io.mirrorcarp.daemon.control.LinkFault;
import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.pfsync.LinkSnapshot;
import io.mirrorcarp.pfsync.PathSnapshot;
import io.mirrorcarp.pfsync.PfsyncSnapshot;
import io.mirrorcarp.pfsync.protocol.ReplicationStatus.PeerStatus;
import io.mirrorcarp.pfsync.protocol.Verdict;
import io.mirrorcarp.pfsync.session.LinkEvidence;
import io.mirrorcarp.pfsync.session.LinkEvidence.Sighting;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Why there is no session with a peer, told from what was seen on the link: one sentence for each fault. Pure. */
final class LinkFaults {
    private static final long HEARD_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** Two heartbeats: the last frame may have been lost. */
    private static final long AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final String syncdev;
    private final List<InetAddress> syncpeers;
    private final String hostId;
    private final PfsyncSnapshot pfsync;
    private final LinkSnapshot link;
    private final boolean udp;
    private final CarpSnapshot election;

    private LinkFaults(
            PathSnapshot path,
            List<InetAddress> syncpeers,
            Transport transport,
            String hostId,
            PfsyncSnapshot pfsync,
            CarpSnapshot election) {
        syncdev = path.standing().device();
        link = path.link();
        this.syncpeers = syncpeers;
        udp = transport == Transport.UDP;
        this.hostId = hostId;
        this.pfsync = pfsync;
        this.election = election;
    }

    /**
     * Empty where all is well.
     *
     * @param syncpeers as they are configured; empty for multicast
     * @param hostId this node's, as it is shown
     */
    static List<LinkFault> of(
            List<InetAddress> syncpeers,
            Transport transport,
            String hostId,
            PfsyncSnapshot pfsync,
            CarpSnapshot election) {
        List<LinkFaults> paths = pfsync.paths().stream()
                .map(path -> new LinkFaults(path, syncpeers, transport, hostId, pfsync, election))
                .toList();
        Set<LinkFault> faults = new LinkedHashSet<>();
        if (pfsync.status().peers().stream().noneMatch(peer -> peer.cloned() || isWell(peer.verdict()))) {
            paths.forEach(path -> faults.add(path.noSession()));
        } else {
            faults.addAll(pathsThatDoNotServe(pfsync.paths()));
        }
        faults.addAll(paths.get(0).ofPeers());
        return List.copyOf(faults);
    }

    private static List<LinkFault> pathsThatDoNotServe(List<PathSnapshot> paths) {
        String used = paths.stream()
                .filter(path -> path.standing().inUse())
                .map(path -> path.standing().device())
                .collect(Collectors.joining(" and "));
        return paths.size() == 1
                ? List.of()
                : paths.stream()
                        .map(PathSnapshot::standing)
                        .filter(path -> !path.fault().isEmpty())
                        .map(path -> new LinkFault(
                                "sync-path-down",
                                "sync path " + path.device() + ": " + path.fault() + "; frames go by " + used,
                                "look at the cable of " + path.device() + ", and at the packet filters of both nodes",
                                false))
                        .toList();
    }

    private List<LinkFault> ofPeers() {
        List<LinkFault> faults = new ArrayList<>();
        for (PeerStatus peer : pfsync.status().peers()) {
            if (peer.cloned()) {
                faults.add(clones(peer));
            }
            if (peer.narrow() && isWell(peer.verdict())) {
                faults.add(narrow(peer));
            }
            String why = link.unconnected().get(peer.creatorId());
            if (why != null && isWell(peer.verdict())) {
                faults.add(unconnected(peer, why));
            }
        }
        return faults;
    }

    private static boolean isWell(Verdict verdict) {
        return verdict == Verdict.IN_SYNC || verdict == Verdict.BULK || verdict == Verdict.LAGGING;
    }

    private LinkFault noSession() {
        return device().or(this::seals)
                .or(this::filteredHere)
                .or(this::oneWay)
                .or(this::stopped)
                .or(this::refused)
                .or(this::lost)
                .orElseGet(this::silence);
    }

    private Optional<LinkFault> device() {
        if (!link.present()) {
            return fault(
                    "sync-device-missing", "there is no device " + syncdev, "correct [pfsync] syncdev, or make it");
        }
        return link.operational()
                ? Optional.empty()
                : fault(
                        "sync-device-down",
                        syncdev + " is down or has no carrier",
                        "ip link set " + syncdev + " up; look at its cable");
    }

    private Optional<LinkFault> seals() {
        String from = link.stranger().isEmpty() ? "a node" : link.stranger();
        if (sighted(LinkEvidence.Kind.OWN_HOST_ID).isPresent()) {
            return fault(
                    "same-host-id",
                    from + " on " + syncdev + " has this node's host id " + hostId,
                    "give one of the two another [node] hostId: a cloned machine keeps that of its original");
        }
        Optional<Sighting> unknown = sighted(LinkEvidence.Kind.UNKNOWN_KEY);
        if (unknown.isPresent()) {
            int id = unknown.get().keyId();
            return fault(
                    "unknown-key",
                    from + " on " + syncdev + " seals with key id " + id + ", which [pfsync] keys lacks here",
                    "add key " + id + " here, or set activeKey there to one that both have");
        }
        return sighted(LinkEvidence.Kind.FALSE_SEAL)
                .flatMap(seal -> fault(
                        "wrong-key",
                        from + " on " + syncdev + " has another key under the key id " + seal.keyId(),
                        "copy the file of key " + seal.keyId() + " from one node to the other, then carpctl reload"));
    }

    private Optional<Sighting> sighted(LinkEvidence.Kind kind) {
        return link.sightings().stream().filter(seen -> seen.kind() == kind).findFirst();
    }

    private Optional<LinkFault> filteredHere() {
        if (!link.misdirectedTo().isEmpty()) {
            return fault(
                    "wrong-syncpeer-there",
                    link.filteredFrom() + " on " + syncdev + " sends to " + link.misdirectedTo()
                            + ", and this node listens to " + ownTarget(),
                    "set [pfsync] syncpeer alike: on both nodes the other's address, or on neither");
        }
        if (!link.filteredFrom().isEmpty()) {
            return fault(
                    "filtered-here",
                    "packets of protocol 240 from " + link.filteredFrom() + " reach " + syncdev
                            + " and are dropped on this node",
                    "let protocol 240 in on " + syncdev + " in this node's packet filter");
        }
        return link.sendErrno() == Errno.EPERM
                ? fault(
                        "filtered-out",
                        "this node's packet filter lets no " + frames() + " out on " + syncdev,
                        "let " + frames() + " out on " + syncdev + " in this node's packet filter")
                : Optional.empty();
    }

    private String ownTarget() {
        return syncpeers.isEmpty() ? "224.0.0.240" : "its own address alone";
    }

    private Optional<LinkFault> oneWay() {
        return peer(Verdict.ONE_WAY).flatMap(peer -> {
            String address = pfsync.addresses().getOrDefault(peer.creatorId(), link.stranger());
            if (!syncpeers.isEmpty()
                    && !address.isEmpty()
                    && syncpeers.stream().noneMatch(to -> reaches(to, address))) {
                return fault(
                        "wrong-syncpeer",
                        name(peer) + " is heard from " + address + ", and syncpeer here is " + targets(),
                        "set [pfsync] syncpeer here to " + address);
            }
            return fault(
                    "sync-one-way",
                    name(peer) + " is heard on " + syncdev + " and does not hear this node",
                    "let " + frames() + " in on " + syncdev + " there, and see that its syncpeer and keys are right");
        });
    }

    private static boolean reaches(InetAddress target, String address) {
        return target.isMulticastAddress()
                || AddressText.format(target).equals(plain(address))
                || target.getHostAddress().equals(address);
    }

    private static String plain(String address) {
        int scope = address.indexOf('%');
        return scope < 0 ? address : address.substring(0, scope);
    }

    private Optional<LinkFault> stopped() {
        return pfsync.status().peers().stream()
                .filter(PeerStatus::stopped)
                .findFirst()
                .flatMap(peer -> fault(
                        "peer-stopped",
                        "carpd of " + name(peer) + " was stopped on purpose",
                        "systemctl start carpd there"));
    }

    private Optional<LinkFault> refused() {
        return switch (link.refusal()) {
            case 0 -> Optional.empty();
            case Errno.EHOSTUNREACH ->
                fault(
                        "syncpeer-unreachable",
                        "no host answers at syncpeer " + targets() + " on " + syncdev,
                        "correct [pfsync] syncpeer, or start that host");
            case Errno.ENOPROTOOPT, Errno.EPROTO ->
                fault(
                        "no-pfsync-there",
                        targets() + " is up, and nothing there takes protocol 240",
                        "start carpd there, with [pfsync] in its configuration");
            default ->
                fault(
                        "sync-refused",
                        "what is sent on " + syncdev + " is refused: " + Errno.describe(link.refusal()),
                        "look at the route to " + targets());
        };
    }

    private Optional<LinkFault> lost() {
        return peer(Verdict.LOST).flatMap(this::lost);
    }

    /** A peer that lost its power has advertised until then, so only what came later tells that it lives. */
    private Optional<LinkFault> lost(PeerStatus peer) {
        Optional<String> heard = heardOfCarp(election.takenAtNanos() - peer.lastHeardNanos() + AFTER_NANOS);
        return fault(
                "sync-lost",
                name(peer) + " fell silent on " + syncdev
                        + heard.map(by -> " and still advertises: " + by).orElse(""),
                heard.isPresent()
                        ? "look at the cable of " + syncdev + " and the packet filter there"
                        : "see whether it runs, and look at the cable of " + syncdev);
    }

    private LinkFault silence() {
        Optional<String> heard = heardOfCarp(election.takenAtNanos() - HEARD_NANOS);
        if (heard.isPresent()) {
            return new LinkFault(
                    "no-pfsync-there",
                    "a peer advertises (" + heard.get() + "), and no " + frames() + " comes from it on " + syncdev,
                    "see that it has [pfsync] with the right syncdev and syncpeer, and that " + frames()
                            + " passes between",
                    true);
        }
        return new LinkFault(
                "sync-alone",
                "no peer was heard on " + syncdev,
                "start carpd on the peer, with [pfsync], and connect " + syncdev
                        + (syncpeers.isEmpty() ? "; a switch between must pass 224.0.0.240" : ""),
                true);
    }

    /** Whom the election has heard since then and of late, and by which device. */
    private Optional<String> heardOfCarp(long sinceNanos) {
        for (VirtualHostStatus host : election.virtualHosts()) {
            for (Peer peer : host.peers()) {
                if (peer.lastSeenNanos() - sinceNanos > 0
                        && election.takenAtNanos() - peer.lastSeenNanos() < HEARD_NANOS) {
                    return Optional.of(AddressText.format(peer.address()) + " on "
                            + host.host().carpdev());
                }
            }
        }
        return Optional.empty();
    }

    private LinkFault clones(PeerStatus peer) {
        return new LinkFault(
                "same-host-id-there",
                "two nodes on " + syncdev + " have the host id of " + name(peer)
                        + ": the flows of only one of them are here",
                "give one of the two another [node] hostId",
                true);
    }

    private LinkFault narrow(PeerStatus peer) {
        return new LinkFault(
                "path-mtu",
                "frames to " + name(peer) + " are cut to " + peer.pathBytes()
                        + " bytes: a switch between drops longer ones, which " + syncdev + " carries on both nodes",
                "raise the MTU of that switch, or lower that of " + syncdev + " on both nodes",
                false);
    }

    private static LinkFault unconnected(PeerStatus peer, String why) {
        return new LinkFault(
                "no-connection",
                "no TCP connection with " + name(peer) + " on port 7240: its death is noticed by silence only (" + why
                        + ")",
                "let TCP port 7240 in and out on the sync devices of both nodes; nft list ruleset shows what drops it",
                false);
    }

    private Optional<PeerStatus> peer(Verdict verdict) {
        return pfsync.status().peers().stream()
                .filter(peer -> peer.verdict() == verdict)
                .findFirst();
    }

    private static String name(PeerStatus peer) {
        return peer.node().isEmpty() ? "the peer" : peer.node();
    }

    /** What carries them, as a packet filter calls it. */
    private String frames() {
        return udp ? "UDP port 7240" : "protocol 240";
    }

    private String targets() {
        return syncpeers.isEmpty()
                ? "224.0.0.240"
                : syncpeers.stream().map(AddressText::format).collect(Collectors.joining(", "));
    }

    private static Optional<LinkFault> fault(String code, String text, String todo) {
        return Optional.of(new LinkFault(code, text, todo, true));
    }
}
