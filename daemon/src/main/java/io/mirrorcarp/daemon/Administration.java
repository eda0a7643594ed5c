// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.CarpSnapshot;
import io.mirrorcarp.carp.CarpVerticle;
import io.mirrorcarp.carp.VirtualHostStatus;
import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.election.Nudge;
import io.mirrorcarp.conntrack.entry.FlowFilter;
import io.mirrorcarp.daemon.config.Settings;
import io.mirrorcarp.daemon.config.parser.SettingsOf;
import io.mirrorcarp.daemon.control.CommandFailure;
import io.mirrorcarp.daemon.control.DaemonCommands;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.control.StateTable;
import io.mirrorcarp.daemon.control.Stats;
import io.mirrorcarp.daemon.control.Status;
import io.mirrorcarp.daemon.control.Sysctl;
import io.mirrorcarp.daemon.control.VhidVerb;
import io.mirrorcarp.daemon.doctor.DoctorReport;
import io.mirrorcarp.daemon.host.FileProblem;
import io.mirrorcarp.daemon.host.MaintenanceFile;
import io.mirrorcarp.pfsync.session.PeerBacklog;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Carries out what {@code carpctl} asks for. */
final class Administration implements DaemonCommands {
    /** How long a nudge may take until it has its effect: a takeover waits for what is still to be imported. */
    private static final long NUDGE_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** How long a peer may take until it has taken over from a node that goes into maintenance. */
    private static final long HANDOVER_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** How long a peer that could not take over may take to say otherwise: what has just been mended is told within that time. */
    private static final Duration WILLING = Duration.ofSeconds(3);

    private final Vertx vertx;
    private final CarpVerticle carp;
    private final Replication replication;
    private final StatusReport report;
    private final MaintenanceFile maintenance;
    private final Reload reload;
    private final PairReload both;
    private final PassphraseRotation rotation;
    private final PeerSettings settings;
    private final Doctor doctor;
    private final PlannedFailover plannedFailover;

    /** What has to do with the configuration that is in force. */
    record Settled(
            Reload reload,
            PairReload both,
            PassphraseRotation rotation,
            PeerSettings settings,
            Doctor doctor,
            PeerTalk talk) {}

    Administration(
            Vertx vertx,
            CarpVerticle carp,
            Replication replication,
            StatusReport report,
            MaintenanceFile maintenance,
            Settled settled) {
        both = settled.both();
        rotation = settled.rotation();
        settings = settled.settings();
        doctor = settled.doctor();
        doctor.serve(this::status);
        reload = settled.reload();
        this.maintenance = maintenance;
        this.vertx = vertx;
        this.carp = carp;
        this.replication = replication;
        this.report = report;
        plannedFailover =
                new PlannedFailover(vertx, carp, replication, new StandAside(carp, settled.talk()), report::obstacles);
    }

    @Override
    public Future<Status> status() {
        return here(carp.snapshot())
                .compose(election -> here(replication.snapshot()).map(states -> report.status(election, states)));
    }

    /** Goes on with an answer on the loop that asks: what is made of it is not the business of the loop that gives it. */
    private <T> Future<T> here(Future<T> answer) {
        Context caller = vertx.getOrCreateContext();
        Promise<T> promise = Promise.promise();
        answer.onComplete(result -> caller.runOnContext(now -> promise.handle(result)));
        return promise.future();
    }

    @Override
    public Future<Stats> stats() {
        return here(carp.snapshot())
                .compose(election -> here(replication.snapshot()).map(states -> report.stats(election, states)));
    }

    @Override
    public Future<Void> vhid(String name, VhidVerb verb, Optional<Duration> duration, boolean force) {
        long upAtNanos =
                duration.map(time -> System.nanoTime() + time.toNanos()).orElse(CarpInstance.NEVER);
        return known(name)
                .compose(known -> carp.nudge(name, Nudge.valueOf(verb.name()), force, upAtNanos))
                .compose(state -> awaitEffect(name, verb, System.nanoTime() + NUDGE_LIMIT_NANOS))
                .mapEmpty();
    }

    private Future<Void> known(String name) {
        return carp.snapshot()
                .compose(snapshot -> snapshot.virtualHost(name).isPresent()
                        ? Future.<Void>succeededFuture()
                        : failed(ExitStatus.FAILED, "no virtual host \"" + name + "\": there is " + names(snapshot)));
    }

    private static String names(CarpSnapshot snapshot) {
        return String.join(
                ", ",
                snapshot.virtualHosts().stream()
                        .map(status -> status.host().name())
                        .toList());
    }

    private Future<?> awaitEffect(String name, VhidVerb verb, long limitNanos) {
        return Polling.until(
                vertx,
                () -> carp.snapshot().compose(snapshot -> {
                    VirtualHostStatus status = snapshot.virtualHost(name).orElseThrow();
                    if (isEffect(verb, status.state())) {
                        return Future.succeededFuture(Optional.of(status));
                    }
                    return status.takeoverPending() && System.nanoTime() - limitNanos < 0
                            ? Future.succeededFuture(Optional.empty())
                            : failed(
                                    ExitStatus.NOT_IN_WANTED_STATE,
                                    name + " is " + status.state() + ": "
                                            + status.reason().text());
                }));
    }

    private static boolean isEffect(VhidVerb verb, CarpState state) {
        return switch (verb) {
            case DOWN -> state == CarpState.INIT;
            case UP -> state != CarpState.INIT;
            case MASTER -> state == CarpState.MASTER;
            case BACKUP -> state == CarpState.BACKUP;
        };
    }

    @Override
    public Future<Void> demote(int value, String reason, Optional<Duration> duration, Optional<String> group) {
        long nowNanos = System.nanoTime();
        DemotionSource source = DemotionSource.of(DemotionSource.ADMIN, "", value, reason, nowNanos)
                .inGroup(group.orElse(""));
        return knownGroup(group)
                .compose(known -> carp.raiseDemotion(duration.map(length -> source.until(nowNanos + length.toNanos()))
                        .orElse(source)));
    }

    @Override
    public Future<Void> demoteReset(Optional<String> group) {
        return knownGroup(group)
                .compose(known ->
                        carp.clearDemotion(DemotionSource.ADMIN, "", group.orElse(""), "reset by the administrator"))
                .compose(cleared -> carp.clearDemotion(
                        DemotionSource.FAILOVER, "", group.orElse(""), "reset by the administrator"));
    }

    @Override
    public Future<String> failover(Optional<String> to, Duration wait, boolean force) {
        return plannedFailover.run(to, wait, force);
    }

    private Future<Void> knownGroup(Optional<String> group) {
        if (group.isEmpty()) {
            return Future.succeededFuture();
        }
        return carp.snapshot().compose(snapshot -> {
            Set<String> groups = new TreeSet<>();
            snapshot.virtualHosts().forEach(status -> groups.add(status.host().group()));
            groups.remove("");
            if (groups.contains(group.get())) {
                return Future.succeededFuture();
            }
            String there = groups.isEmpty() ? "no virtual host is in one" : "there is " + String.join(", ", groups);
            return failed(ExitStatus.FAILED, "no group \"" + group.get() + "\": " + there);
        });
    }

    @Override
    public Future<Void> maintenance(boolean on, String reason, boolean force) {
        return (on && !force ? askPeers() : Future.<Void>succeededFuture())
                .compose(willing -> noted(on, reason))
                .compose(noted -> on
                        ? carp.raiseDemotion(DemotionSource.maintenance(reason, System.nanoTime()))
                                .compose(demoted -> awaitHandover(System.nanoTime() + HANDOVER_LIMIT_NANOS))
                                .<Void>mapEmpty()
                        : carp.clearDemotion(DemotionSource.MAINTENANCE, "", "maintenance off"));
    }

    /** A node that is master of nothing needs nobody who takes over, nor does one that is in maintenance already. */
    private Future<Void> askPeers() {
        return carp.snapshot().compose(before -> {
            boolean already = before.demotionSources().stream()
                    .anyMatch(source -> source.name().equals(DemotionSource.MAINTENANCE));
            return already || before.names(CarpState.MASTER).isEmpty()
                    ? Future.succeededFuture()
                    : plannedFailover
                            .askPeers(WILLING)
                            .recover(e -> failed(
                                    ExitStatus.NOT_IN_WANTED_STATE,
                                    e.getMessage()
                                            + "; --force begins the maintenance all the same: nothing was changed"));
        });
    }

    private Future<Void> noted(boolean on, String reason) {
        return vertx.executeBlocking(() -> {
                    if (on) {
                        maintenance.begin(reason);
                    } else {
                        maintenance.end();
                    }
                    return on;
                })
                .recover(e -> failed(ExitStatus.FAILED, "the state directory does not take it: " + FileProblem.of(e)))
                .mapEmpty();
    }

    /** Done when this node is master of nothing. */
    private Future<?> awaitHandover(long limitNanos) {
        return Polling.until(
                vertx,
                () -> carp.snapshot().compose(snapshot -> {
                    List<String> masters = snapshot.names(CarpState.MASTER);
                    if (masters.isEmpty()) {
                        return Future.succeededFuture(Optional.of(snapshot));
                    }
                    return System.nanoTime() - limitNanos < 0
                            ? Future.succeededFuture(Optional.empty())
                            : failed(
                                    ExitStatus.NOT_IN_WANTED_STATE,
                                    "no peer took over " + String.join(", ", masters)
                                            + ": this node is in maintenance, and master until one does; carpctl status on the peer"
                                            + " says why it does not");
                }));
    }

    @Override
    public Future<Void> ready() {
        return carp.servicesReady();
    }

    @Override
    public Future<Map<Sysctl, Integer>> sysctls() {
        return carp.snapshot().map(snapshot -> {
            Map<Sysctl, Integer> values = new EnumMap<>(Sysctl.class);
            values.put(Sysctl.ALLOW, snapshot.allow() ? 1 : 0);
            values.put(Sysctl.PREEMPT, snapshot.preempt() ? 1 : 0);
            values.put(Sysctl.LOG, snapshot.logLevel());
            values.put(Sysctl.ARPBALANCE, arpbalance(snapshot));
            values.put(Sysctl.SUPPRESS_PREEMPT, snapshot.suppressPreempt());
            values.put(Sysctl.DEMOTION, snapshot.demotion());
            return values;
        });
    }

    private static int arpbalance(CarpSnapshot snapshot) {
        return snapshot.virtualHosts().stream()
                        .anyMatch(status -> status.host().attachment().arpBalance())
                ? 1
                : 0;
    }

    @Override
    public Future<Void> setSysctl(Sysctl sysctl, int value) {
        return switch (sysctl) {
            case ALLOW -> carp.setAllow(value == 1);
            case PREEMPT -> carp.setPreempt(value == 1);
            case LOG -> carp.setLogLevel(value);
            case ARPBALANCE ->
                carp.setArpBalance(value == 1)
                        .recover(e ->
                                failed(ExitStatus.FAILED, Objects.requireNonNullElse(e.getMessage(), e.toString())));
            case SUPPRESS_PREEMPT -> failed(ExitStatus.FAILED, "net.inet.carp.suppress_preempt is read-only");
            case DEMOTION -> carp.addDemotion(value, "sysctl");
        };
    }

    @Override
    public Future<String> reload(boolean dryRun, Optional<Duration> confirm, boolean onAll) {
        return onAll ? both.run(dryRun, confirm) : reload.run(dryRun, confirm);
    }

    @Override
    public Future<String> rotatePassphrases() {
        return rotation.run();
    }

    @Override
    public Future<String> confirm() {
        return both.confirm();
    }

    @Override
    public Future<Settings> settings() {
        return Future.succeededFuture(SettingsOf.all(reload.present()));
    }

    @Override
    public String configFile() {
        return reload.file();
    }

    @Override
    public Future<Map<String, List<Settings.Difference>>> differencesToPeers() {
        return settings.differences();
    }

    @Override
    public Future<DoctorReport> doctor(boolean peers) {
        return doctor.examine(this::status, peers);
    }

    @Override
    public Future<Void> pfsyncBulk() {
        return replication.requestBulk();
    }

    @Override
    public Future<String> pfsyncVerify() {
        return replication.verify().compose(peers -> {
            if (peers.isEmpty()) {
                return failed(ExitStatus.NOT_IN_WANTED_STATE, "there is no peer to compare with");
            }
            String text = ReplicationText.comparison(peers);
            return ReplicationText.isEqual(peers)
                    ? Future.succeededFuture(text)
                    : failed(ExitStatus.NOT_IN_WANTED_STATE, "not equal\n" + text.stripTrailing());
        });
    }

    @Override
    public Future<StateTable> openStates(FlowFilter filter) {
        return KernelStates.open(vertx, replication, filter);
    }

    @Override
    public Future<String> missingStates(Optional<String> node, boolean json) {
        return replication.backlogs().compose(peers -> {
            List<PeerBacklog> asked = peers.stream()
                    .filter(peer -> node.isEmpty() || node.get().equals(peer.node()))
                    .toList();
            if (node.isPresent() && asked.isEmpty()) {
                return failed(ExitStatus.FAILED, "no peer \"" + node.get() + "\"");
            }
            return Future.succeededFuture(json ? ReplicationJson.backlogs(asked) : ReplicationText.backlogs(asked));
        });
    }

    private static <T> Future<T> failed(int exitStatus, String sentence) {
        return Future.failedFuture(new CommandFailure(exitStatus, sentence));
    }
}
