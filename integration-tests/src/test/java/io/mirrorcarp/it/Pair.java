// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.CarpdSettings;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.SyncLink;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.traffic.Download;
import io.mirrorcarp.lab.traffic.DownloadPlan;
import io.mirrorcarp.lab.traffic.DownloadResult;
import io.mirrorcarp.lab.traffic.DownloadServer;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/**
 * The topology of the demonstration with a pair of firewalls on it, for one test.
 *
 * <pre>
 *                       virtual 10.0.0.1     virtual 203.0.113.1
 *                            |                    |
 *              +--- .2 lan0 fw-a wan0 .2 ---+
 *   client ----+        sync0 192.0.2.1     +---- server
 *   .100       |        sync0 192.0.2.2     |     .100
 *              +--- .3 lan0 fw-b wan0 .3 ---+
 *   LAN 10.0.0.0/24                         WAN 203.0.113.0/24
 * </pre>
 */
final class Pair implements AutoCloseable {
    /** Long enough for a JVM to start beside another on a busy machine. */
    static final Duration START_LIMIT = Duration.ofSeconds(40);

    static final Duration ROLE_LIMIT = Duration.ofSeconds(20);

    /** A connection that stands still for so long is dead: TCP's own retransmissions come far more often. */
    private static final Duration STALL_LIMIT = Duration.ofSeconds(9);

    private static final long SEED = 42;

    final Lab lab = Lab.open();
    final Topology topology;
    final Firewall a;
    final Firewall b;
    final DownloadServer server;

    private Pair(CarpdSettings settingsA, CarpdSettings settingsB, SyncLink syncLink) {
        topology = new Topology(lab, syncLink);
        server = new DownloadServer(topology.server(), Topology.SERVER);
        a = topology.firewallA(settingsA);
        b = topology.firewallB(settingsB);
    }

    /** The pair, not started, with the same changes to both configurations. */
    static Pair of(UnaryOperator<CarpdSettings> changes) {
        return new Pair(changes.apply(Topology.settingsA()), changes.apply(Topology.settingsB()), SyncLink.SWITCH);
    }

    /** The pair with fw-a master of both virtual hosts, fw-b backup, and both in sync. */
    static Pair inSync() {
        return inSync(SyncLink.SWITCH);
    }

    /** The same with what connects the sync devices. */
    static Pair inSync(SyncLink syncLink) {
        Pair pair = new Pair(Topology.settingsA(), Topology.settingsB(), syncLink);
        pair.start();
        pair.awaitPreferredRoles("in-sync");
        return pair;
    }

    void start() {
        a.start();
        b.start();
    }

    void awaitPreferredRoles(String pfsyncState) {
        a.await("MASTER, " + pfsyncState, Statuses.every("master").and(Statuses.pfsync(pfsyncState)), START_LIMIT);
        b.await("BACKUP, " + pfsyncState, Statuses.every("backup").and(Statuses.pfsync(pfsyncState)), START_LIMIT);
    }

    /** Starts a download that goes on for so long, and waits until its connection carries data. */
    Download download(Duration duration) {
        DownloadPlan plan =
                new DownloadPlan(SEED, 1400, Math.toIntExact(duration.toMillis() / 5), Duration.ofMillis(5));
        Download download = Download.start(topology.client(), server.address(), plan, STALL_LIMIT);
        awaitBytes(download, 50L * plan.chunkBytes());
        return download;
    }

    /** Waits until a download has so many more bytes than now. */
    static void awaitMore(Download download) {
        awaitBytes(download, download.arrivals().bytes() + 50_000);
    }

    private static void awaitBytes(Download download, long bytes) {
        Awaitility.await("download")
                .atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> download.isDone() || download.arrivals().bytes() >= bytes);
        if (download.isDone() && download.arrivals().bytes() < bytes) {
            throw new AssertionError("the download ended: " + download.join().error());
        }
    }

    /** Asserts that every byte came, that no pause was longer than the limit, and prints the longest. */
    DownloadResult assertSurvived(Download download, Duration gapLimit) {
        DownloadResult result = download.join();
        double gapSeconds = result.longestGap().nanos() / 1e9;
        System.out.printf("gap %.3f s, limit %.3f s%n", gapSeconds, gapLimit.toMillis() / 1e3);
        assertThat(result.error()).as("download" + logsOf()).isNull();
        assertThat(result.digestEqual()).as("SHA-256 equal").isTrue();
        assertThat(gapSeconds).as("longest pause in seconds" + logsOf()).isLessThanOrEqualTo(gapLimit.toMillis() / 1e3);
        return result;
    }

    /** The reason that the node gives for the state of a virtual host. */
    static String reason(JsonNode status, String vhid) {
        for (JsonNode one : status.path("vhids")) {
            if (one.path("name").asText().equals(vhid)) {
                return one.path("reason").asText();
            }
        }
        throw new AssertionError("no vhid " + vhid + " in " + status);
    }

    /** What both daemons logged, for the message of a failed assertion. */
    String logsOf() {
        return "\nlog of fw-a:\n" + a.carpd().log() + "\nlog of fw-b:\n"
                + b.carpd().log();
    }

    @Override
    public void close() {
        server.close();
        lab.close();
    }
}
