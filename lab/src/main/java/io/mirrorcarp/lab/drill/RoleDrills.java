// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.drill;

import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.traffic.Download;
import io.mirrorcarp.lab.traffic.DownloadPlan;
import io.mirrorcarp.lab.traffic.DownloadResult;
import io.mirrorcarp.lab.traffic.DownloadServer;
import io.mirrorcarp.lab.traffic.TcpFlow;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Drills about who is master. */
final class RoleDrills {
    private static final Duration TAKEOVER_LIMIT = Duration.ofSeconds(10);
    private static final Duration WAY_BACK_LIMIT = Duration.ofSeconds(60);
    private static final Duration EXCHANGE_LIMIT = Duration.ofSeconds(8);
    private static final int FLAPS = 3;
    private static final double FLAP_GAP_SECONDS = 4;

    private RoleDrills() {}

    static void flap(Stage stage) {
        stage.start();
        Topology topology = stage.topology();
        try (DownloadServer server = new DownloadServer(topology.server(), Topology.SERVER)) {
            Download download =
                    Download.start(topology.client(), server.address(), DownloadPlan.standard(1), TAKEOVER_LIMIT);
            for (int i = 1; i <= FLAPS; i++) {
                topology.lan().cutCable(stage.node(0).host());
                stage.step("the LAN cable of fw-a is pulled, time " + i);
                stage.claim(stage.becomes(1, Statuses.every("master"), TAKEOVER_LIMIT), "fw-b takes both addresses");
                topology.lan().restoreCable(stage.node(0).host());
                stage.claim(
                        stage.becomes(0, Statuses.every("master").and(Statuses.pfsync("in-sync")), WAY_BACK_LIMIT)
                                && stage.becomes(1, Statuses.every("backup"), TAKEOVER_LIMIT),
                        "fw-a takes them back when it is plugged in");
            }
            download.hurry();
            DownloadResult result = download.join();
            double gap = result.longestGap().nanos() / 1e9;
            stage.claim(result.complete(), "the download came whole");
            stage.claim(gap <= FLAP_GAP_SECONDS, String.format(Locale.ROOT, "it stood still for %.2f s at most", gap));
        }
    }

    /** The ports of a switch that lets both talk to everybody but one another. */
    static void twoMasters(Stage stage) {
        stage.start();
        Topology topology = stage.topology();
        isolate(stage, true);
        stage.step("the switches pass nothing between fw-a and fw-b any more");
        stage.claim(stage.becomes(1, Statuses.every("master"), TAKEOVER_LIMIT), "fw-b hears no master, and takes over");
        stage.claim(
                Statuses.every("master").test(stage.node(0).status()), "fw-a is master still: there are two masters");
        isolate(stage, false);
        stage.step("the switches pass everything between them again");
        stage.claim(
                stage.becomes(1, Statuses.every("backup"), TAKEOVER_LIMIT)
                        && stage.becomes(0, Statuses.every("master"), TAKEOVER_LIMIT),
                "one master is left: fw-a, which is preferred");
        try (TcpFlow flow = TcpFlow.open(topology.client(), topology.server(), Topology.SERVER)) {
            stage.claim(flow.exchange(EXCHANGE_LIMIT).isEmpty(), "a new connection works at once");
        }
    }

    private static void isolate(Stage stage, boolean apart) {
        Topology topology = stage.topology();
        for (var segment : List.of(topology.lan(), topology.wan())) {
            for (Firewall firewall : stage.firewalls()) {
                segment.switchNamespace()
                        .run(
                                "bridge",
                                "link",
                                "set",
                                "dev",
                                segment.port(firewall.host()),
                                "isolated",
                                apart ? "on" : "off")
                        .orThrow();
            }
        }
    }

    static void fourNodes(Stage stage) {
        stage.start();
        Topology topology = stage.topology();
        try (TcpFlow flow = TcpFlow.open(topology.client(), topology.server(), Topology.SERVER)) {
            stage.claim(flow.exchange(EXCHANGE_LIMIT).isEmpty(), "a connection runs through fw-a");
            stage.awaitReady();
            for (int next = 1; next < stage.firewalls().size(); next++) {
                stage.step(stage.node(next - 1).name() + " loses power");
                stage.node(next - 1).powerLoss();
                String name = stage.node(next).name();
                stage.claim(
                        stage.becomes(next, Statuses.every("master"), TAKEOVER_LIMIT) && behindAreBackups(stage, next),
                        name + ", the next in order, is the only master");
                stage.claim(flow.exchange(EXCHANGE_LIMIT).isEmpty(), "the connection goes on through " + name);
            }
        }
    }

    private static boolean behindAreBackups(Stage stage, int master) {
        for (int behind = master + 1; behind < stage.firewalls().size(); behind++) {
            if (!Statuses.every("backup").test(stage.node(behind).status())) {
                return false;
            }
        }
        return true;
    }
}
