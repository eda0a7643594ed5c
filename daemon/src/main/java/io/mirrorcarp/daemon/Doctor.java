// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.conntrack.io.TableAlarm;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.control.LinkFault;
import io.mirrorcarp.daemon.control.Status;
import io.mirrorcarp.daemon.doctor.Diagnosis;
import io.mirrorcarp.daemon.doctor.DoctorReport;
import io.mirrorcarp.daemon.doctor.HostExamination;
import io.mirrorcarp.daemon.doctor.HostFactsReader;
import io.mirrorcarp.daemon.doctor.adverts.AdvertExamination;
import io.mirrorcarp.daemon.doctor.adverts.AdvertListening;
import io.mirrorcarp.daemon.doctor.adverts.Sightings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Looks for what is wrong: with the host against the configuration, and with the node as its status shows it. */
final class Doctor {
    private static final String ADVERTS = "adverts";
    private static final String DOCTOR = "doctor";
    private static final Duration PEER_LIMIT = Duration.ofSeconds(8);
    /** No longer than this is listened for advertisements. */
    private static final Duration LONGEST = Duration.ofMillis(4_200);

    private static final long BEYOND_MILLIS = 1_200;

    private final Vertx vertx;
    private final Supplier<Configuration> configuration;
    private final PeerTalk talk;
    private final PeerSettings settings;

    Doctor(Vertx vertx, Supplier<Configuration> configuration, PeerTalk talk, PeerSettings settings) {
        this.vertx = vertx;
        this.configuration = configuration;
        this.talk = talk;
        this.settings = settings;
    }

    /** Answers what peers ask from now on. */
    void serve(Supplier<Future<Status>> status) {
        talk.respond(
                ADVERTS,
                (words, age) -> status.get()
                        .compose(now -> listen(now)
                                .map(seen -> AdvertExamination.sent(now, seen).stream()
                                        .map(AdvertExamination::key)
                                        .collect(Collectors.joining("\n")))));
        talk.respond(DOCTOR, (words, age) -> examine(status, false).map(DoctorReport::json));
    }

    /**
     * Looks at everything; takes some seconds, since it listens for advertisements.
     *
     * @param current asked before and after that: roles may change meanwhile
     * @param peers whether the peers shall examine themselves too
     */
    Future<DoctorReport> examine(Supplier<Future<Status>> current, boolean peers) {
        Future<DoctorReport> ofPeers = peers ? askPeers() : Future.succeededFuture(new DoctorReport(List.of()));
        return current.get()
                .compose(before -> listen(before)
                        .compose(seen -> current.get().compose(status -> judge(before, status, seen, ofPeers, peers))));
    }

    private Future<DoctorReport> judge(
            Status before, Status status, Sightings seen, Future<DoctorReport> ofPeers, boolean peers) {
        return sentByPeers(before, status, seen)
                .compose(sent -> ofPeers.compose(theirs -> vertx.executeBlocking(() -> {
                    List<Diagnosis> findings = new ArrayList<>(report(status, peers));
                    List<Diagnosis> adverts = AdvertExamination.findings(before, status, seen, sent::contains);
                    if (adverts.stream().anyMatch(advert -> !advert.code().endsWith("-clash"))) {
                        // What was seen on the wire tells the cause.
                        findings.removeIf(finding -> finding.code().equals("carp-password"));
                    }
                    findings.addAll(adverts);
                    SettingsDifferences.add(settings.known(status.pfsync().peers()), findings);
                    findings.addAll(theirs.findings());
                    return new DoctorReport(findings.stream().distinct().toList());
                })));
    }

    private Future<Sightings> listen(Status status) {
        Set<String> carpdevs =
                status.vhids().stream().map(Status.VirtualHost::carpdev).collect(Collectors.toSet());
        long advbase = status.vhids().stream()
                .mapToLong(Status.VirtualHost::advbase)
                .max()
                .orElse(0);
        long millis = Math.min(LONGEST.toMillis(), 1_000 * advbase + BEYOND_MILLIS);
        return vertx.executeBlocking(() -> AdvertListening.on(carpdevs, Duration.ofMillis(millis)), false);
    }

    /** What the peers saw leave them of that which was not heard here; they are not asked where all was heard. */
    private Future<Set<String>> sentByPeers(Status before, Status status, Sightings seen) {
        if (AdvertExamination.unheard(before, status, seen).isEmpty()) {
            return Future.succeededFuture(Set.of());
        }
        return talk.peers()
                .compose(there -> talk.ask(there, ADVERTS, PEER_LIMIT))
                .map(replies -> replies.stream()
                        .filter(PeerTalk.Reply::isOk)
                        .flatMap(reply -> reply.text().lines())
                        .collect(Collectors.toSet()));
    }

    private Future<DoctorReport> askPeers() {
        return talk.peers()
                .compose(there -> talk.ask(there, DOCTOR, PEER_LIMIT))
                .map(replies -> {
                    List<Diagnosis> findings = new ArrayList<>();
                    for (PeerTalk.Reply reply : replies) {
                        if (!reply.isOk()) {
                            findings.add(Diagnosis.warning(
                                    "peer-silent",
                                    reply.named().strip(),
                                    "carpctl doctor on " + reply.peer().node()));
                        }
                        DoctorReport.parse(reply.isOk() ? reply.text() : "{}")
                                .findings()
                                .forEach(finding -> findings.add(new Diagnosis(
                                        finding.code(),
                                        finding.severity(),
                                        reply.peer().node() + ": " + finding.text(),
                                        "on " + reply.peer().node() + ": " + finding.todo())));
                    }
                    return new DoctorReport(findings);
                });
    }

    /** Reads the host now; may take tens of milliseconds. */
    private List<Diagnosis> report(Status status, boolean peers) {
        List<Diagnosis> findings =
                new ArrayList<>(HostExamination.findings(configuration.get(), HostFactsReader.read()));
        virtualHosts(status, findings);
        stateChannel(status.pfsync(), findings);
        for (Status.PfsyncPeer peer : status.pfsync().peers()) {
            peer.notReadyBecause().forEach(finding -> between(peer.node(), finding, peers, findings));
        }
        table(status.conntrack(), findings);
        if (status.maintenance()) {
            findings.add(Diagnosis.warning(
                    "maintenance",
                    "this node is in maintenance: it takes no address that another node can answer for",
                    "carpctl maintenance off, when the work is done"));
        }
        return findings;
    }

    private static void virtualHosts(Status status, List<Diagnosis> findings) {
        for (Status.VirtualHost host : status.vhids()) {
            if (host.state() == Status.CarpState.INIT) {
                findings.add(Diagnosis.error(
                        "vhid-init",
                        host.name() + " takes no part in the election: " + host.reason(),
                        "mend that, or carpctl vhid " + host.name() + " up where it was taken down by hand"));
            }
        }
        for (Status.DemotionSource source : status.demotionSources()) {
            if (!source.source().startsWith("pfsync") && !source.source().equals("maintenance")) {
                Diagnosis demoted = Diagnosis.warning(
                        "demoted",
                        "this node is demoted by " + source.value() + ": " + source.reason(),
                        "carpctl status tells what ends it");
                // Each interface that is down demotes by itself.
                if (!findings.contains(demoted)) {
                    findings.add(demoted);
                }
            }
        }
    }

    private static void stateChannel(Status.Pfsync pfsync, List<Diagnosis> findings) {
        if (pfsync.state() == Status.PfsyncState.OFF) {
            findings.add(Diagnosis.warning(
                    "pfsync-off",
                    "no state is replicated: connections do not survive a failover",
                    "add [pfsync] to the configuration of both nodes; carpd.toml(5)"));
        }
        for (LinkFault fault : pfsync.faults()) {
            findings.add(
                    fault.blocking()
                            ? Diagnosis.error(fault.code(), fault.text(), fault.todo())
                            : Diagnosis.warning(fault.code(), fault.text(), fault.todo()));
        }
        if (pfsync.degraded() != null) {
            findings.add(Diagnosis.error(
                    "degraded",
                    "this node does not hold every connection: " + pfsync.degraded(),
                    "carpctl pfsync bulk asks the peer again"));
        }
    }

    /** What differs between the nodes is told in any case. */
    private static void between(String peer, String finding, boolean peers, List<Diagnosis> findings) {
        String code = PeerFindings.code(finding);
        if (!code.equals(PeerFindings.PEER_ITSELF)) {
            findings.add(Diagnosis.error(code, peer + ": " + finding, "carpctl config diff --peer shows what differs"));
        } else if (peers) {
            findings.add(Diagnosis.error(code, peer + ": " + finding, "carpctl doctor on " + peer + " tells more"));
        }
    }

    private static void table(Status.Conntrack table, List<Diagnosis> findings) {
        long percent = table.limit() == 0 ? 0 : 100 * table.entries() / table.limit();
        if (percent >= TableAlarm.FULL_PERCENT) {
            findings.add(Diagnosis.error(
                    "table-full",
                    "the conntrack table is " + percent + " % full",
                    "raise net.netfilter.nf_conntrack_max on both nodes"));
        }
    }
}
