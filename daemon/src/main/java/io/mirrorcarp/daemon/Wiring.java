// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.CarpSnapshot;
import io.mirrorcarp.carp.CarpVerticle;
import io.mirrorcarp.carp.Resignation;
import io.mirrorcarp.carp.StateChange;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.election.KnownMaster;
import io.mirrorcarp.carp.io.CarpNetwork;
import io.mirrorcarp.conntrack.io.KernelChecks;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.PfsyncConfiguration;
import io.mirrorcarp.daemon.config.Transport;
import io.mirrorcarp.daemon.control.ControlServer;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.control.LinkFault;
import io.mirrorcarp.daemon.host.FileProblem;
import io.mirrorcarp.daemon.host.HostLimits;
import io.mirrorcarp.daemon.host.KernelSettings;
import io.mirrorcarp.daemon.host.MaintenanceFile;
import io.mirrorcarp.daemon.host.SequenceFile;
import io.mirrorcarp.daemon.host.TablesFile;
import io.mirrorcarp.daemon.metrics.LoopProbes;
import io.mirrorcarp.daemon.metrics.Measures;
import io.mirrorcarp.daemon.metrics.MetricsServer;
import io.mirrorcarp.daemon.notify.Notifications;
import io.mirrorcarp.daemon.route.AnnouncedAddresses;
import io.mirrorcarp.daemon.systemd.ServiceNotices;
import io.mirrorcarp.daemon.web.AcceptLimit;
import io.mirrorcarp.daemon.web.ConfigurationView;
import io.mirrorcarp.daemon.web.WebServer;
import io.mirrorcarp.daemon.web.WebSettings;
import io.mirrorcarp.pfsync.PfsyncVerticle;
import io.mirrorcarp.pfsync.flows.KnownTables;
import io.mirrorcarp.pfsync.message.Announcement;
import io.mirrorcarp.pfsync.message.Question;
import io.mirrorcarp.pfsync.protocol.DemotionCause;
import io.mirrorcarp.pfsync.protocol.PeerMaster;
import io.mirrorcarp.pfsync.protocol.PfsyncListener;
import io.mirrorcarp.pfsync.protocol.Verdict;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.threadchecker.BlockedThreadEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins the parts of the node, the only class that knows them all: replication that is not whole demotes the node, and a takeover waits until what
 * has arrived is imported.
 */
final class Wiring {
    /** One each for the election, replication, held packets, administration, metrics and the tracked interfaces, and one for the thread that starts them. */
    private static final int EVENT_LOOPS = 7;

    private static final long METRICS_RETRY_MILLIS = TimeUnit.SECONDS.toMillis(30);

    private static final Standstills STANDSTILLS = new Standstills();

    private static final String START_REASON = "pfsync bulk start";

    private final String file;
    private final Configuration configuration;
    private final Consumer<Throwable> onFailure;
    private final EventLog events = new EventLog(Clock.systemUTC());
    private final Measures measures = new Measures();
    private final MaintenanceFile maintenance;
    private final TablesFile tables;
    private final SequenceFile sequences;
    private final long startNanos = System.nanoTime();
    private final Ground ground;
    private final Vertx vertx;
    private final CarpNetwork network;
    private final NodeHooks hooks;
    private final Masterships masterships = new Masterships();
    private final RoleChanges roleChanges = new RoleChanges();
    private final CarpVerticle carp;
    private final Promise<Void> replicates = Promise.promise();
    private volatile Replication replication = Replication.off();
    private volatile @Nullable PacketHolding holding;
    private final PeerTalk talk = new PeerTalk(() -> replication);
    private Future<?> settled = Future.succeededFuture();
    private @Nullable InstanceLock lock;
    private volatile @Nullable Administration administration;
    private volatile boolean stopping;
    private final Tracks tracks;
    private final AnnouncedAddresses announced;
    private volatile @Nullable Reload reload;
    private final List<String> deployments = new CopyOnWriteArrayList<>();
    private String blindAtFirst = "";
    private volatile Supplier<String> againstLeaving = () -> "";

    /**
     * @param file where the configuration was read from
     * @param ground what the node stands on
     * @param vertx for this node alone, from {@link #makeVertx()}
     * @param onFailure told of a failure after which the node must be stopped
     */
    Wiring(String file, Configuration configuration, Ground ground, Vertx vertx, Consumer<Throwable> onFailure) {
        this.file = file;
        this.configuration = configuration;
        this.onFailure = onFailure;
        maintenance = new MaintenanceFile(configuration.node().stateDir());
        tables = new TablesFile(configuration.node().stateDir());
        this.ground = ground;
        this.vertx = vertx;
        network = ground.carpNetwork(
                Recovery.restoreFile(Path.of(configuration.admin().socket())));
        hooks = new NodeHooks(configuration, events);
        sequences =
                new SequenceFile(configuration.node().stateDir(), this::runBlocking, what -> events.warn("carp", what));
        carp = new CarpVerticle(
                CarpSetup.hosts(configuration),
                CarpSetup.options(configuration, initialDemotion()),
                network,
                new ElectionEvents(
                        events,
                        measures,
                        this::onStateChange,
                        this::onDemotion,
                        this::resign,
                        this::doubtStates,
                        onFailure),
                sequences,
                carrying -> replicates.future().compose(running -> replication.drained(carrying)));
        tracks = new Tracks(network, carp);
        announced = new AnnouncedAddresses(vertx, carp::snapshot, line -> events.report("route", line));
    }

    private void runBlocking(Runnable what) {
        vertx.executeBlocking(() -> {
            what.run();
            return true;
        });
    }

    /** What is in force. */
    private Configuration present() {
        Reload loaded = reload;
        return loaded == null ? configuration : loaded.present();
    }

    private void onStateChange(StateChange change) {
        masterships.onChange(change);
        roleChanges.add(change);
        hooks.tell(change);
        tellMastership();
        announced.look();
        lookAtHolding();
    }

    private Future<Void> changeHolding(Configuration changed) {
        PacketHolding held = holding;
        return held == null ? Future.succeededFuture() : held.change(changed);
    }

    private Future<Void> lookAtHolding() {
        PacketHolding held = holding;
        return held != null && replicates.future().succeeded() ? held.look() : Future.succeededFuture();
    }

    private void onDemotion() {
        announced.look();
    }

    private void tellMastership() {
        if (replicates.future().succeeded()) {
            replication.setMaster(masterships.any());
        }
    }

    private void resign(Resignation resignation) {
        // A node that replicates nothing yet has no peer to tell.
        if (replicates.future().succeeded()) {
            replication.resign(resignation.vhid(), resignation.addresses());
        }
    }

    /** The election starts first, and may hear at once that it has missed a takeover: the doubt waits for the replication, ahead of the question for the states. */
    private void doubtStates() {
        replicates.future().onSuccess(running -> replication.doubtStates());
    }

    /** The event loops of a node. Nothing is served from files, so Vert.x needs no directory for copies of them. */
    static Vertx makeVertx() {
        VertxOptions options = new VertxOptions()
                .setPreferNativeTransport(true)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false))
                .setEventLoopPoolSize(EVENT_LOOPS)
                .setMaxEventLoopExecuteTime(250)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS);
        Vertx vertx = AcceptLimit.before(Vertx.builder().with(options)).build();
        ((VertxInternal) vertx).blockedThreadChecker().setThreadBlockedHandler(Wiring::tellStandstill);
        return vertx;
    }

    /** In place of the stack traces of Vert.x, which checks each second. */
    private static void tellStandstill(BlockedThreadEvent event) {
        Logger log = LoggerFactory.getLogger("carpd");
        STANDSTILLS
                .line(TimeUnit.NANOSECONDS.toMillis(event.duration()), System.nanoTime())
                .ifPresent(log::warn);
        if (log.isDebugEnabled()) {
            log.debug(
                    "{} is at {}",
                    event.thread().getName(),
                    List.of(event.thread().getStackTrace()));
        }
    }

    /** The node is demoted from its first advertisement on, before replication itself runs. */
    private List<DemotionSource> initialDemotion() {
        List<DemotionSource> sources = new ArrayList<>();
        if (configuration.pfsync().isPresent()) {
            measures.bulkBegan(System.nanoTime());
            sources.add(demotion(DemotionCause.BULK, START_REASON));
            blindAtFirst = ForwardingWatch.atFirst(
                    PairWatch.families(CarpSetup.hosts(configuration).stream()), forwardingOff());
            if (!blindAtFirst.isEmpty()) {
                sources.add(DemotionSource.forwarding(blindAtFirst, System.nanoTime()));
            }
        }
        maintenance.reason().ifPresent(reason -> sources.add(DemotionSource.maintenance(reason, System.nanoTime())));
        return sources;
    }

    private static int forwardingOff() {
        return (KernelSettings.isOff(KernelSettings.FORWARDS_IPV4) ? Announcement.FORWARDS_IPV4 : 0)
                | (KernelSettings.isOff(KernelSettings.FORWARDS_IPV6) ? Announcement.FORWARDS_IPV6 : 0);
    }

    private void onBlind(String reason) {
        if (reason.isEmpty()) {
            carp.clearDemotion(DemotionSource.FORWARDING, "", "this node forwards what its peers do");
        } else {
            carp.raiseDemotion(DemotionSource.forwarding(reason, System.nanoTime()));
        }
    }

    Future<?> start() {
        Path socket = Path.of(configuration.admin().socket());
        try {
            lock = InstanceLock.take(socket);
        } catch (InstanceLock.Held e) {
            return Future.failedFuture(e);
        } catch (IOException e) {
            events.warn(
                    "carpd",
                    "no lock can be made beside " + socket + " (" + FileProblem.of(e)
                            + "): a second carpd with this socket would not be noticed");
        }
        HostLimits.notices().forEach(notice -> events.warn("host", notice));
        Future<?> starting = startAll();
        settled = starting;
        return starting;
    }

    private Future<?> startAll() {
        return configuration
                .pfsync()
                .map(this::startBoth)
                .orElseGet(() -> deploy(carp).onSuccess(alone -> replicates.complete()))
                .compose(started -> administer())
                .compose(served -> deploy(tracks.interfaces()))
                .compose(deployed -> tracks.change(configuration.track()))
                .compose(tracked -> announced.change(configuration.announced()))
                .onSuccess(tracked -> hooks.askWhetherReady(vertx, carp::servicesReady))
                .onSuccess(started -> events.report(
                        "carpd", "running as " + configuration.node().name()));
    }

    private Future<?> startBoth(PfsyncConfiguration pfsync) {
        KernelChecks.Report checks = ground.check();
        checks.notices().forEach(notice -> events.warn("conntrack", notice));
        if (!checks.errors().isEmpty()) {
            return Future.failedFuture(String.join("; ", checks.errors()));
        }
        try {
            Ground.Table table = ground.openTable(PfsyncSetup.conntrack(pfsync));
            PfsyncVerticle verticle = new PfsyncVerticle(
                    PfsyncSetup.options(configuration.node(), pfsync, tables.read()),
                    table.states(),
                    new FromReplication(),
                    ground.syncNetwork());
            PacketHolding held = new PacketHolding(vertx, configuration, masterships::split, table, events);
            holding = held;
            replication = Replication.of(verticle, withHeld(table, held));
            // The election first: it must be there to hear what replication says of itself.
            return deploy(carp)
                    .compose(started -> carp.allowPreempt(false))
                    .compose(told -> deploy(verticle))
                    .compose(replicating -> deploy(held.verticle()))
                    .onSuccess(replicating -> {
                        replicates.complete();
                        tellMastership();
                        lookAtHolding();
                    });
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }

    private static Ground.Table withHeld(Ground.Table table, PacketHolding held) {
        return new Ground.Table(
                table.states(),
                () -> Ground.sum(table.counters().get(), held.verticle().counters()),
                table.uncarried(),
                table.offloaded(),
                table.asymmetric(),
                table.hiddenLiberal(),
                table.filters());
    }

    /** Reports to whoever started the process, from the end of {@link #start} on. */
    void serve(ServiceNotices notices) {
        Administration commands = administration;
        if (commands != null) {
            ServiceReport.begin(vertx, carp, commands, events, notices);
        }
    }

    private Future<?> administer() {
        Reload loaded = new Reload(vertx, file, configuration, parts(), events);
        reload = loaded;
        Administration commands = administration(loaded, DoctorRounds.begin(vertx, loaded::present, events));
        administration = commands;
        Signals.serve(new SignalReceiver(commands, events));
        MetricsServer metrics = new MetricsServer(commands, measures, loopProbes());
        loaded.add(ReloadParts.anew(
                Configuration::metrics,
                changed -> metrics.serve(changed.metrics().http())));
        Notifications notifications =
                new Notifications(vertx, () -> present().node().name(), commands, events);
        notifications.change(configuration.notices());
        loaded.add(ReloadParts.anew(Configuration::notices, changed -> {
            notifications.change(changed.notices());
            return Future.succeededFuture();
        }));
        ControlServer control = new ControlServer(
                Path.of(configuration.admin().socket()), configuration.admin().group(), commands, events);
        loaded.add(ReloadParts.anew(
                changed -> changed.admin().group(),
                changed -> control.admit(changed.admin().group())));
        WebPages pages = pages(loaded, commands);
        loaded.add(ReloadParts.anew(WebSettings::of, changed -> pages.change(WebSettings.of(changed))));
        return deploy(new AdminLoop(List.of(control, pages, metrics)))
                .onSuccess(deployed -> serveMetrics(metrics, true));
    }

    private WebPages pages(Reload loaded, Administration commands) {
        PeerStatuses peers = new PeerStatuses(talk, commands, events);
        return new WebPages(
                WebSettings.of(configuration),
                settings -> new WebServer(
                        settings,
                        commands,
                        peers,
                        events,
                        new ConfigurationView(file, loaded::present, loaded::isUnconfirmed),
                        measures.web()));
    }

    /** A node without metrics does its work all the same. */
    private void serveMetrics(MetricsServer metrics, boolean tell) {
        metrics.serve(present().metrics().http()).onFailure(e -> {
            if (tell) {
                events.warn("metrics", e.getMessage() + "; all else works, and it is tried again");
            }
            vertx.setTimer(METRICS_RETRY_MILLIS, again -> serveMetrics(metrics, false));
        });
    }

    private LoopProbes loopProbes() {
        return new LoopProbes(measures)
                .with("election", () -> {
                    long askedNanos = System.nanoTime();
                    return carp.snapshot().map(snapshot -> snapshot.takenAtNanos() - askedNanos);
                })
                .with("replication", () -> {
                    long askedNanos = System.nanoTime();
                    return replication.snapshot().map(snapshot -> System.nanoTime() - askedNanos);
                });
    }

    private List<Reload.Part> parts() {
        return List.of(
                ReloadParts.sysctls(carp),
                ReloadParts.virtualHosts(carp),
                ReloadParts.keys(replication, events),
                ReloadParts.replication(replication),
                ReloadParts.anew(PacketHolding::settings, this::changeHolding),
                ReloadParts.anew(
                        changed -> List.of(changed.hooks(), changed.node().name()),
                        changed -> hooks.change(vertx, changed)),
                ReloadParts.anew(Configuration::track, changed -> tracks.change(changed.track())),
                ReloadParts.anew(Configuration::announced, changed -> announced.change(changed.announced())));
    }

    private Administration administration(Reload loaded, DoctorRounds rounds) {
        TableCare table = TableCare.begin(vertx, events);
        PeerSettings settings = new PeerSettings(vertx, loaded::present, () -> replication.hiddenLiberal(), talk);
        PairWatch pair = new PairWatch(
                vertx,
                () -> present().node().name(),
                carp::snapshot,
                replication,
                table::reading,
                settings,
                this::linkFaults,
                events);
        pair.watchForwarding(blindAtFirst, this::onBlind);
        pair.begin(
                roleChanges,
                peers -> {
                    // A pair that has nothing to say has no lag to measure.
                    peers.stream()
                            .mapToLong(peer -> peer.lagNanos())
                            .filter(lag -> lag > 0)
                            .forEach(lag -> measures.acknowledgements().add(lag));
                    carp.hearPeers(PeerStatements.of(peers));
                },
                carp::rivalGone,
                rounds::look);
        againstLeaving = pair::againstLeaving;
        StatusReport report = new StatusReport(
                loaded::present,
                startNanos,
                table::reading,
                rounds::findings,
                pair::ownLacks,
                pair::findings,
                settings::count,
                this::linkFaults);
        PairReload both = new PairReload(vertx, () -> present().node().name(), loaded, talk, events);
        return new Administration(
                vertx,
                carp,
                replication,
                report,
                maintenance,
                new Administration.Settled(
                        loaded,
                        both,
                        new PassphraseRotation(vertx, loaded, talk, events),
                        settings,
                        new Doctor(vertx, loaded::present, talk, settings),
                        talk));
    }

    private List<LinkFault> linkFaults(Replication.Snapshot states, CarpSnapshot election) {
        return LinkFaults.of(
                configuration.pfsync().map(PfsyncConfiguration::syncpeers).orElse(List.of()),
                configuration.pfsync().map(PfsyncConfiguration::transport).orElse(Transport.IP),
                configuration.node().hostIdText(),
                states.pfsync(),
                election);
    }

    private Future<String> deploy(Deployable verticle) {
        if (stopping) {
            return Future.failedFuture("stopped while starting");
        }
        return vertx.deployVerticle(verticle).onSuccess(deployments::add);
    }

    /**
     * Bows out and gives the addresses up first, then says goodbye on the state channel, then closes the control socket. Vert.x itself is left to the end of
     * the process: it cannot tell of its own end.
     */
    Future<Void> stop() {
        stopping = true;
        String against = masterships.any() ? againstLeaving.get() : "";
        if (!against.isEmpty()) {
            events.warn("carpd", "the master stops, and connections may be lost: " + against);
        }
        return settled.<Void>mapEmpty()
                .otherwiseEmpty()
                .onComplete(started -> tracks.close())
                .eventually(announced::withdraw)
                .compose(started -> undeployAll())
                .onComplete(stopped -> sequences.finish())
                .eventually(() -> hooks.close(vertx))
                .onComplete(stopped -> {
                    announced.close();
                    unlock();
                });
    }

    private void unlock() {
        if (lock != null) {
            lock.close();
        }
    }

    private Future<Void> undeployAll() {
        List<Future<Void>> each = new ArrayList<>();
        Future<Void> stopped = Future.succeededFuture();
        for (String deployment : deployments) {
            stopped = stopped.eventually(() -> {
                Future<Void> one = vertx.undeploy(deployment);
                each.add(one);
                return one;
            });
        }
        return stopped.eventually(() -> Future.join(each))
                .compose(done -> Future.join(each).mapEmpty());
    }

    private DemotionSource demotion(DemotionCause cause, String reason) {
        String name = cause == DemotionCause.BULK ? DemotionSource.PFSYNC_BULK : DemotionSource.PFSYNC_LINK;
        return DemotionSource.of(name, "", present().global().demotion().bulk(), reason, System.nanoTime());
    }

    private final class FromReplication implements PfsyncListener {
        @Override
        public void onDemotion(DemotionCause cause, boolean raised, String reason) {
            DemotionSource source = demotion(cause, reason);
            if (cause == DemotionCause.BULK) {
                measureBulk(raised);
            }
            if (raised) {
                carp.raiseDemotion(source);
            } else {
                carp.clearDemotion(source.name(), source.subject(), reason);
            }
        }

        private void measureBulk(boolean raised) {
            if (raised) {
                measures.bulkBegan(System.nanoTime());
            } else {
                measures.bulkEnded(System.nanoTime());
            }
        }

        @Override
        public void onPreemptAllowed(boolean allowed, String reason) {
            carp.allowPreempt(allowed);
        }

        @Override
        public void onMastersHeld(Set<PeerMaster> masters) {
            carp.mastersHeld(known(masters));
        }

        @Override
        public void onOnlyPeer(Set<PeerMaster> masters) {
            carp.onlyPeer(known(masters));
        }

        @Override
        public void onResigned(int vhid, long addresses) {
            carp.peerResigned(new Resignation(vhid, addresses));
        }

        @Override
        public void onPeerDied(String what, Set<PeerMaster> masters) {
            carp.peerDied(known(masters));
            events.report("pfsync", what);
        }

        @Override
        public void onPeerSilent(Set<PeerMaster> masters) {
            carp.peerSilent(known(masters));
        }

        private static Set<KnownMaster> known(Set<PeerMaster> masters) {
            return masters.stream()
                    .map(one -> new KnownMaster(one.vhid(), one.addresses(), one.sender()))
                    .collect(Collectors.toUnmodifiableSet());
        }

        @Override
        public void onVerdict(Verdict verdict) {
            events.report("pfsync", verdict.label());
        }

        @Override
        public void onKnownTables(KnownTables known) {
            vertx.executeBlocking(() -> {
                        tables.write(known);
                        return true;
                    })
                    .onFailure(e ->
                            events.warn("pfsync", "cannot keep what is known of the peers' tables: " + e.getMessage()));
        }

        @Override
        public void onQuestion(int creatorId, String node, Question question) {
            talk.onQuestion(creatorId, question);
        }

        @Override
        public void onEvent(String message) {
            events.report("pfsync", message);
        }

        @Override
        public void onFailure(Throwable failure) {
            onFailure.accept(failure);
        }
    }
}
