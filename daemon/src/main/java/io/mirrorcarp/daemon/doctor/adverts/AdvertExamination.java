// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.doctor.adverts;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.carp.packet.Protocol;
import io.mirrorcarp.daemon.control.Status;
import io.mirrorcarp.daemon.doctor.Diagnosis;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds what keeps advertisements from getting where they should, and who else uses an id, by what was seen on the carpdevs. Pure. */
public final class AdvertExamination {
    private static final double PATIENCE_INTERVALS = 3;

    private final Status before;
    private final Status status;
    private final Sightings seen;
    private final Predicate<String> sentByPeer;
    private final List<Diagnosis> findings = new ArrayList<>();

    private AdvertExamination(Status before, Status status, Sightings seen, Predicate<String> sentByPeer) {
        this.before = before;
        this.status = status;
        this.seen = seen;
        this.sentByPeer = sentByPeer;
    }

    /**
     * Everything that is found. A role that changed while it was listened is judged by nobody.
     *
     * @param before when listening began
     * @param status when it was over
     * @param sentByPeer whether a peer saw its advertisements leave its own interface, by {@link #key} of a virtual host
     */
    public static List<Diagnosis> findings(Status before, Status status, Sightings seen, Predicate<String> sentByPeer) {
        AdvertExamination examination = new AdvertExamination(before, status, seen, sentByPeer);
        status.vhids().forEach(examination::examine);
        return examination.findings;
    }

    /** Names a virtual host in the same way on each node. */
    public static String key(Status.VirtualHost host) {
        return host.vhid() + "," + String.join(",", new TreeSet<>(host.addresses()));
    }

    /** The virtual hosts that a peer says it is master of, and whose advertisements were not seen here. */
    public static List<Status.VirtualHost> unheard(Status before, Status status, Sightings seen) {
        AdvertExamination examination = new AdvertExamination(before, status, seen, key -> false);
        return status.vhids().stream()
                .filter(host -> examination.isLongEnough(host)
                        && !examination.mastersOf(host).isEmpty()
                        && examination.own(host).findAny().isEmpty())
                .toList();
    }

    /** The virtual hosts whose advertisements were seen to leave this node. */
    public static List<Status.VirtualHost> sent(Status status, Sightings seen) {
        AdvertExamination examination = new AdvertExamination(status, status, seen, key -> false);
        return status.vhids().stream()
                .filter(host -> examination.out(host).findAny().isPresent())
                .toList();
    }

    private void examine(Status.VirtualHost host) {
        if (host.state() == Status.CarpState.INIT) {
            return;
        }
        boolean counts = isLongEnough(host) && seen.framesIn().containsKey(host.carpdev());
        if (counts && wasMaster(host) && out(host).findAny().isEmpty()) {
            findings.add(Diagnosis.error(
                    "advert-filtered-out",
                    "this node is or was MASTER of " + host.name() + ", and no advertisement of vhid " + host.vhid()
                            + " leaves " + host.carpdev(),
                    "let IP protocol 112 out on " + host.carpdev()
                            + ": nft list ruleset shows what drops it; look for chains of the netdev family"));
        }
        if (counts && !mastersOf(host).isEmpty() && own(host).findAny().isEmpty()) {
            unheard(host);
        }
        if (host.vrrp() == null) {
            strangers(host);
        }
        otherProtocols(host);
    }

    /**
     * Whether this node must have advertised, if only as it came or left: what a device refuses to send demotes the node, so that it comes and leaves again and again.
     */
    private boolean wasMaster(Status.VirtualHost host) {
        boolean changed = before.vhids().stream()
                .filter(then -> then.name().equals(host.name()) && then.state() != Status.CarpState.INIT)
                .anyMatch(then -> then.state() == Status.CarpState.MASTER || then.transitions() != host.transitions());
        return changed
                || (host.state() == Status.CarpState.MASTER
                        && host.sinceSeconds() > seen.length().toMillis() / 1000.0);
    }

    /** The peers that said they were master of it all the time. */
    private List<String> mastersOf(Status.VirtualHost host) {
        Set<String> then = mastersOf(host, before).collect(Collectors.toSet());
        return mastersOf(host, status).filter(then::contains).toList();
    }

    private static Stream<String> mastersOf(Status.VirtualHost host, Status status) {
        return status.pfsync().peers().stream()
                .filter(peer -> peer.masterOf().contains(host.name()))
                .map(Status.PfsyncPeer::node);
    }

    private void unheard(Status.VirtualHost host) {
        String peer = String.join(", ", mastersOf(host));
        String carpdev = host.carpdev();
        if (seen.framesIn().getOrDefault(carpdev, 0L) == 0) {
            findings.add(
                    Diagnosis.error(
                            "carpdev-silent",
                            peer + " is MASTER of " + host.name() + ", and not one frame of any kind came in on "
                                    + carpdev + " in " + seconds(),
                            "look at the cable, the VLAN and the switch port of " + carpdev
                                    + "; a port in spanning tree delay passes nothing for up to 50 s: make it an edge port. Where"
                                    + " nothing else is on this network, a switch that eats multicast (IGMP snooping) looks the same"));
        } else if (sentByPeer.test(key(host))) {
            findings.add(Diagnosis.error(
                    "advert-lost",
                    "the advertisements of " + peer + " for " + host.name() + " leave it and do not reach " + carpdev,
                    "a switch between them eats multicast to 224.0.0.18 or ff02::12 (IGMP or MLD snooping without a"
                            + " querier), or another VLAN is at one of the ports: turn snooping off there, or set peer"
                            + " in [carp." + host.name() + "] of both nodes for unicast"));
        } else {
            findings.add(Diagnosis.error(
                    "advert-not-sent",
                    peer + " is MASTER of " + host.name() + ", and none of its advertisements comes in on " + carpdev,
                    "carpctl doctor on " + peer + " tells whether its packet filter drops IP protocol 112"));
        }
    }

    /** Advertisements with a vhid of ours from somebody who was not heard: what he says does not verify. */
    private void strangers(Status.VirtualHost host) {
        double patience = PATIENCE_INTERVALS * host.advbase() + 1;
        Set<String> heard = host.peers().stream()
                .filter(peer -> peer.lastSeenSeconds() < patience)
                .map(Status.CarpPeer::address)
                .collect(Collectors.toSet());
        for (String source : sources(own(host))) {
            if (heard.contains(source)) {
                continue;
            }
            boolean peerIsHeard = !heard.isEmpty()
                    || (mastersOf(host).isEmpty() && !status.pfsync().peers().isEmpty());
            findings.add(
                    peerIsHeard
                            ? Diagnosis.error(
                                    "vhid-clash",
                                    source + " uses vhid " + host.vhid() + " of " + host.name() + " on "
                                            + host.carpdev() + " too, and is none of this cluster",
                                    "give one of the two another vhid: both have the MAC " + mac(host))
                            : Diagnosis.error(
                                    "carp-password",
                                    "the advertisements of " + source + " for vhid " + host.vhid() + " (" + host.name()
                                            + ") do not verify",
                                    "passphrase, vhid and address list must be the same on both nodes: carpctl config"
                                            + " diff --peer; where " + source
                                            + " is none of yours, give your virtual host another vhid"));
        }
    }

    /** Who speaks another protocol with the same id: with VRRP here, perhaps a node of this cluster in another version. */
    private void otherProtocols(Status.VirtualHost host) {
        for (Protocol other : Protocol.values()) {
            if (other == protocol(host)) {
                continue;
            }
            for (String source : sources(in(host, other))) {
                findings.add(other.isVrrp() ? vrrp(host, source, other) : carp(host, source));
            }
        }
    }

    private static Diagnosis vrrp(Status.VirtualHost host, String source, Protocol other) {
        String version = host.vrrp() == null ? "VRRP" : "VRRP " + other.version();
        String todo = "give one of the two another id, or mac = \"interface\" to " + host.name();
        return Diagnosis.error(
                "vrid-clash",
                source + " speaks " + version + " with the virtual router id " + host.vhid() + " on " + host.carpdev()
                        + ": it has the MAC of vhid " + host.vhid() + " (" + host.name() + ")",
                host.vrrp() == null
                        ? todo
                        : "set protocol = \"vrrp" + other.version() + "\" in [carp." + host.name()
                                + "] where it is to be one of this cluster; else " + todo);
    }

    private static Diagnosis carp(Status.VirtualHost host, String source) {
        return Diagnosis.error(
                "vhid-clash",
                source + " speaks CARP with vhid " + host.vhid() + " of " + host.name() + " on " + host.carpdev()
                        + ", which speaks VRRP here",
                "set the same protocol on all nodes; where " + source
                        + " is none of yours, give one of the two another vhid");
    }

    private static Protocol protocol(Status.VirtualHost host) {
        Status.Vrrp vrrp = host.vrrp();
        return vrrp == null ? Protocol.CARP : Protocol.valueOf(vrrp.protocol().toUpperCase(Locale.ROOT));
    }

    /** Those that come in and speak its protocol. */
    private Stream<AdvertSighting> own(Status.VirtualHost host) {
        return in(host, protocol(host));
    }

    private static String mac(Status.VirtualHost host) {
        return String.format("00:00:5e:00:01:%02x", host.vhid());
    }

    private Stream<AdvertSighting> in(Status.VirtualHost host, Protocol protocol) {
        return of(host).filter(advert -> !advert.outgoing() && advert.protocol() == protocol);
    }

    private Stream<AdvertSighting> out(Status.VirtualHost host) {
        return of(host).filter(AdvertSighting::outgoing);
    }

    private Stream<AdvertSighting> of(Status.VirtualHost host) {
        return seen.adverts().stream()
                .filter(advert ->
                        advert.vhid() == host.vhid() && advert.carpdev().equals(host.carpdev()));
    }

    private static Set<String> sources(Stream<AdvertSighting> adverts) {
        return adverts.map(AdvertSighting::source)
                .map((InetAddress source) -> AddressText.format(source))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether a master must have advertised in that time. */
    private boolean isLongEnough(Status.VirtualHost host) {
        // An advskew of 255 makes an interval longer by a second at most.
        return seen.length().toMillis() > 1_000L * (host.advbase() + 1);
    }

    private String seconds() {
        return seen.length().toMillis() / 1000.0 + " s";
    }
}
