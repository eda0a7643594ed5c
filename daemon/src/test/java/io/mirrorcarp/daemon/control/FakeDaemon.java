// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.Rejection;
import io.mirrorcarp.conntrack.entry.FlowFilter;
import io.mirrorcarp.conntrack.io.ConntrackCounter;
import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.daemon.config.Settings;
import io.mirrorcarp.daemon.control.Status.Bulk;
import io.mirrorcarp.daemon.control.Status.CarpPeer;
import io.mirrorcarp.daemon.control.Status.CarpState;
import io.mirrorcarp.daemon.control.Status.Conntrack;
import io.mirrorcarp.daemon.control.Status.DemotionSource;
import io.mirrorcarp.daemon.control.Status.Pfsync;
import io.mirrorcarp.daemon.control.Status.PfsyncPeer;
import io.mirrorcarp.daemon.control.Status.PfsyncState;
import io.mirrorcarp.daemon.control.Status.Uncarried;
import io.mirrorcarp.daemon.control.Status.VirtualHost;
import io.mirrorcarp.daemon.doctor.Diagnosis;
import io.mirrorcarp.daemon.doctor.DoctorReport;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A daemon that answers with the same facts each time and remembers what it was told to do. */
public final class FakeDaemon implements DaemonCommands {
    private static final List<Status.SyncPath> PATHS = List.of(new Status.SyncPath("sync0", true, true, ""));

    /** How many states its table has. */
    public int states = 3;

    /** Done when its peers take what is deleted. */
    public Future<Void> taken = Future.succeededFuture();

    /** The file that it says it has read. */
    public String configFile = "/etc/carpd/carpd.toml";

    public final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final Map<Sysctl, Integer> sysctls = new EnumMap<>(Map.of(
            Sysctl.ALLOW, 1,
            Sysctl.PREEMPT, 1,
            Sysctl.LOG, 1,
            Sysctl.ARPBALANCE, 0,
            Sysctl.SUPPRESS_PREEMPT, 1,
            Sysctl.DEMOTION, 240));

    private static final Status.Authentication COMPATIBLE = new Status.Authentication("compatible", 0);

    /** A node in its first bulk update: the example of the interface. */
    static Status inTrouble() {
        VirtualHost wan = new VirtualHost(
                "wan",
                1,
                "wan0",
                CarpState.BACKUP,
                1,
                0,
                "outside",
                240,
                240,
                COMPATIBLE,
                null,
                null,
                List.of("203.0.113.1/24"),
                40.9,
                "initialization complete",
                null,
                null,
                1,
                0,
                List.of(new CarpPeer("203.0.113.3", 100, null, 0.3)));
        PfsyncPeer peer = new PfsyncPeer(
                "fw-b",
                "91ab33c0",
                "192.0.2.2",
                PfsyncState.BULK,
                0.2,
                4.0,
                49_100,
                false,
                List.of("wan"),
                List.of(),
                "0.2.0",
                1500,
                2,
                0);
        return new Status(
                "fw-a",
                "6f1c2a90",
                41.2,
                false,
                List.of("pfsync bulk 63 %"),
                240,
                1,
                false,
                List.of(new DemotionSource("pfsync-bulk", "", "", 240, 41.04, "bulk update 63 %", 19.0)),
                List.of(wan),
                new Pfsync(
                        PfsyncState.BULK,
                        "sync0",
                        List.of(peer),
                        new Bulk(true, 31_020, 49_100),
                        null,
                        List.of(),
                        PATHS),
                new Conntrack(31_040, 262_144, 0, List.of(new Uncarried("GRE", 1)), 2),
                List.of());
    }

    /** A master of two virtual hosts whose peer holds every state. */
    static Status well() {
        return well(inSync(PfsyncState.IN_SYNC, 4.2));
    }

    /** The same with another peer. */
    static Status well(PfsyncPeer peer) {
        List<VirtualHost> hosts = List.of(
                new VirtualHost(
                        "wan",
                        1,
                        "wan0",
                        CarpState.MASTER,
                        1,
                        0,
                        "",
                        0,
                        0,
                        COMPATIBLE,
                        null,
                        null,
                        List.of("203.0.113.1/24"),
                        1_051_200,
                        "master timed out",
                        null,
                        null,
                        2,
                        0,
                        List.of()),
                new VirtualHost(
                        "lan",
                        12,
                        "lan0",
                        CarpState.MASTER,
                        1,
                        0,
                        "",
                        0,
                        0,
                        COMPATIBLE,
                        null,
                        null,
                        List.of("10.0.0.1/24", "10.0.0.2/24"),
                        1_051_200,
                        "master timed out",
                        null,
                        null,
                        2,
                        0,
                        List.of()));
        return new Status(
                "fw-a",
                "6f1c2a90",
                1_051_201,
                true,
                List.of(),
                0,
                0,
                false,
                List.of(),
                hosts,
                new Pfsync(PfsyncState.IN_SYNC, "sync0", List.of(peer), new Bulk(false, 0, 0), null, List.of(), PATHS),
                new Conntrack(48_213, 131_072, 0, List.of(), 0),
                List.of());
    }

    /** A peer that has all, {@code lagMillis} behind. */
    static PfsyncPeer inSync(PfsyncState state, double lagMillis) {
        return new PfsyncPeer(
                "fw-b",
                "91ab33c0",
                "192.0.2.2",
                state,
                0.31,
                lagMillis,
                48_209,
                true,
                List.of(),
                List.of(),
                "0.2.0",
                1500,
                2,
                0);
    }

    static Stats counters() {
        Map<CarpCounter, Long> carp = new EnumMap<>(CarpCounter.class);
        carp.put(CarpCounter.PACKETS_RECEIVED, 12L);
        carp.put(CarpCounter.BAD_TTL, 0L);
        Map<PfsyncCounter, Long> pfsync = new EnumMap<>(PfsyncCounter.class);
        pfsync.put(PfsyncCounter.INSERTS_IN, 48_301L);
        pfsync.put(PfsyncCounter.RETRANSMITS, 2L);
        return new Stats(
                carp, pfsync, Map.of(ConntrackCounter.OVERRUNS, 7L), Map.of("wan0", Map.of(CarpCounter.BAD_AUTH, 3L)));
    }

    /** The same with all others, which are 0. */
    private static Stats everyCounter() {
        Stats few = counters();
        Map<CarpCounter, Long> carp = new CounterSet<>(CarpCounter.class).values();
        carp.putAll(few.carp());
        Map<PfsyncCounter, Long> pfsync = new CounterSet<>(PfsyncCounter.class).values();
        pfsync.putAll(few.pfsync());
        Map<ConntrackCounter, Long> conntrack = new CounterSet<>(ConntrackCounter.class).values();
        conntrack.putAll(few.conntrack());
        Map<CarpCounter, Long> discards = new EnumMap<>(CarpCounter.class);
        for (Rejection reason : Rejection.values()) {
            if (reason.counter() != null) {
                discards.put(reason.counter(), reason == Rejection.BAD_AUTH ? 3L : 0L);
            }
        }
        return new Stats(carp, pfsync, conntrack, Map.of("wan0", discards));
    }

    @Override
    public Future<Status> status() {
        return Future.succeededFuture(inTrouble());
    }

    @Override
    public Future<Stats> stats() {
        return Future.succeededFuture(everyCounter());
    }

    @Override
    public Future<Void> vhid(String name, VhidVerb verb, Optional<Duration> duration, boolean force) {
        told.add("vhid " + name + " " + verb
                + duration.map(time -> " for " + time).orElse("")
                + (force ? " alone" : ""));
        return switch (name) {
            case "wan" -> Future.succeededFuture();
            case "stuck" ->
                Future.failedFuture(new CommandFailure(
                        ExitStatus.NOT_IN_WANTED_STATE, "stuck stays in BACKUP: suppress_preempt is 1"));
            case "broken" -> throw new IllegalStateException("a fault of the daemon");
            default ->
                Future.failedFuture(new CommandFailure(
                        ExitStatus.FAILED, "there is no virtual host \"" + name + "\"; there is wan"));
        };
    }

    @Override
    public Future<Void> demote(int value, String reason, Optional<Duration> duration, Optional<String> group) {
        told.add("demote " + value + " " + reason
                + duration.map(time -> " for " + time).orElse("")
                + group.map(name -> " in " + name).orElse(""));
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> demoteReset(Optional<String> group) {
        told.add("demote reset" + group.map(name -> " in " + name).orElse(""));
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> maintenance(boolean on, String reason, boolean force) {
        told.add("maintenance " + (on ? "on " + reason : "off") + (force ? " by force" : ""));
        return Future.succeededFuture();
    }

    @Override
    public Future<String> failover(Optional<String> to, Duration wait, boolean force) {
        told.add(
                "failover" + to.map(node -> " to " + node).orElse("") + " within " + wait + (force ? " by force" : ""));
        return Future.succeededFuture("fw-b is master of wan after 0.1 s");
    }

    @Override
    public Future<Void> ready() {
        told.add("ready");
        return Future.succeededFuture();
    }

    @Override
    public Future<Map<Sysctl, Integer>> sysctls() {
        return Future.succeededFuture(Map.copyOf(sysctls));
    }

    @Override
    public Future<Void> setSysctl(Sysctl sysctl, int value) {
        told.add("sysctl " + sysctl + " " + value);
        sysctls.merge(sysctl, value, (old, written) -> sysctl == Sysctl.DEMOTION ? old + written : written);
        return Future.succeededFuture();
    }

    @Override
    public Future<String> pfsyncVerify() {
        told.add("pfsync verify");
        return Future.succeededFuture("fw-b: equal, 7 of its 7 flows are here\n");
    }

    @Override
    public Future<StateTable> openStates(FlowFilter filter) {
        return Future.succeededFuture(new FakeStateTable(filter, states, told, taken));
    }

    @Override
    public Future<String> missingStates(Optional<String> node, boolean json) {
        told.add("states --missing" + node.map(name -> " --on " + name).orElse("") + (json ? " --json" : ""));
        return Future.succeededFuture(
                json
                        ? "{\"schema\":1,\"peers\":[{\"node\":\"fw-b\",\"missing\":[]}]}"
                        : "fw-b: lacks nothing: its digests are equal\n");
    }

    @Override
    public Future<String> rotatePassphrases() {
        told.add("passphrase rotate --both");
        return Future.succeededFuture("a new passphrase on all nodes, in the files of passFile\n");
    }

    @Override
    public Future<String> confirm() {
        told.add("confirm");
        return Future.succeededFuture("the change stays\n");
    }

    @Override
    public Future<String> reload(boolean dryRun, Optional<Duration> confirm, boolean onAll) {
        told.add("reload" + (dryRun ? " --dry-run" : "")
                + confirm.map(limit -> " --confirm " + limit.toSeconds()).orElse("")
                + (onAll ? " --both" : ""));
        return Future.succeededFuture("keys 1, 2 open and 2 seals\n"
                + confirm.map(limit -> "goes back in " + limit.toSeconds() + " s, unless: carpctl confirm\n")
                        .orElse(""));
    }

    @Override
    public Future<Settings> settings() {
        return Future.succeededFuture(Settings.parse("carp.wan.vhid = 1\n"));
    }

    @Override
    public String configFile() {
        return configFile;
    }

    @Override
    public Future<Map<String, List<Settings.Difference>>> differencesToPeers() {
        return Future.succeededFuture(Map.of("fw-b", List.of(new Settings.Difference("carp.wan.vhid", "1", "2"))));
    }

    @Override
    public Future<DoctorReport> doctor(boolean peers) {
        return Future.succeededFuture(
                new DoctorReport(List.of(Diagnosis.error("conntrack-events", "events are off", "turn them on"))));
    }

    @Override
    public Future<Void> pfsyncBulk() {
        told.add("pfsync bulk");
        return Future.succeededFuture();
    }
}
