// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.drill;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.traffic.DatagramStream;
import io.mirrorcarp.lab.traffic.FlowLoad;
import io.mirrorcarp.lab.traffic.FlowPath;
import io.mirrorcarp.lab.traffic.TcpFlow;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Drills in which the master loses power, and connections of one kind must go on. */
final class ConnectionDrills {
    private static final Duration TAKEOVER_LIMIT = Duration.ofSeconds(10);
    private static final Duration EXCHANGE_LIMIT = Duration.ofSeconds(8);
    private static final Duration FLOWS_LIMIT = Duration.ofSeconds(60);
    private static final long POLL_NANOS = 20_000_000;
    private static final int FLOWS = 20_000;
    private static final int FLOWS_PER_SECOND = 4_000;
    private static final int DATAGRAMS = 50;

    private ConnectionDrills() {}

    /** Only the server speaks, so no packet of the client can make a state anew. */
    static void udp(Stage stage) {
        stage.start();
        Topology topology = stage.topology();
        try (DatagramStream stream = DatagramStream.open(topology.client(), topology.server(), Topology.SERVER)) {
            await("datagrams come", () -> stream.received() >= DATAGRAMS);
            stage.step("the server sends a datagram each " + DatagramStream.INTERVAL.toMillis() + " ms");
            powerLoss(stage);
            boolean alive = stream.awaitNext(EXCHANGE_LIMIT);
            stage.survives(
                    alive,
                    "the datagrams go on"
                            + (alive
                                    ? String.format(Locale.ROOT, ", after a gap of %.2f s", stream.longestGapSeconds())
                                    : ""));
        }
    }

    static void ipv6(Stage stage) {
        Topology topology = stage.topology();
        topology.client().address("eth0", "2001:db8:1::100/64");
        topology.server().address("eth0", "2001:db8:2::100/64");
        topology.client().namespace().ip("-6", "route", "add", "default", "via", "2001:db8:1::1");
        topology.server().namespace().ip("-6", "route", "add", "2001:db8:1::/64", "via", "2001:db8:2::1");
        int host = 2;
        for (Firewall firewall : stage.firewalls()) {
            firewall.host().address("lan0", "2001:db8:1::" + host + "/64");
            firewall.host().address("wan0", "2001:db8:2::" + host + "/64");
            host++;
            Toml.change(
                    firewall,
                    text -> text.replace("[\"10.0.0.1/24\"]", "[\"10.0.0.1/24\", \"2001:db8:1::1/64\"]")
                            .replace("[\"203.0.113.1/24\"]", "[\"203.0.113.1/24\", \"2001:db8:2::1/64\"]"));
        }
        stage.start();
        try (TcpFlow flow = TcpFlow.open(topology.client(), topology.server(), "2001:db8:2::100")) {
            stage.claim(flow.exchange(EXCHANGE_LIMIT).isEmpty(), "an IPv6 connection runs through the virtual address");
            powerLoss(stage);
            stage.survives(flow.exchange(EXCHANGE_LIMIT).isEmpty(), "the IPv6 connection goes on");
        }
    }

    /** Those that are open before the backup is started came to it by the bulk update only. */
    static void bulk(Stage stage) {
        Topology topology = stage.topology();
        Firewall late = stage.node(1);
        stage.node(0).start();
        stage.await(0, "MASTER", Statuses.every("master"));
        stage.step("fw-a is MASTER, fw-b is not started");
        try (TcpFlow flow = TcpFlow.open(topology.client(), topology.server(), Topology.SERVER);
                FlowLoad load = new FlowLoad(topology.client(), topology.server(), path())) {
            load.open(FLOWS_PER_SECOND, 0);
            await("the connections are open", () -> load.opened() >= FLOWS);
            load.open(0, 0);
            stage.claim(flow.exchange(EXCHANGE_LIMIT).isEmpty(), "one more connection runs beside " + load.opened());
            long beganNanos = System.nanoTime();
            late.start();
            stage.awaitMaster(0);
            double seconds = (System.nanoTime() - beganNanos) / 1e9;
            int there = late.status().path("conntrack").path("entries").asInt();
            stage.survives(
                    there >= FLOWS,
                    String.format(Locale.ROOT, "fw-b has %,d states %.1f s after its start", there, seconds));
            powerLoss(stage);
            stage.survives(flow.exchange(EXCHANGE_LIMIT).isEmpty(), "a connection that fw-b never saw goes on");
        }
    }

    private static FlowPath path() {
        try {
            return new FlowPath(
                    InetAddress.getByName(Topology.CLIENT),
                    InetAddress.getByName(Topology.SERVER),
                    InetAddress.getByName(Topology.VIRTUAL_WAN),
                    MacAddress.parse("00:00:5e:00:01:02"),
                    MacAddress.parse("00:00:5e:00:01:01"));
        } catch (UnknownHostException e) {
            throw new LabException("an address is none: " + e.getMessage(), e);
        }
    }

    /** The first firewall loses power; waits until the second has taken over. */
    static void powerLoss(Stage stage) {
        stage.awaitReady();
        stage.step("fw-a loses power");
        stage.node(0).powerLoss();
        stage.claim(stage.becomes(1, Statuses.every("master"), TAKEOVER_LIMIT), "fw-b takes every virtual host");
    }

    private static void await(String words, BooleanSupplier condition) {
        long deadline = System.nanoTime() + FLOWS_LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new LabException("not within " + FLOWS_LIMIT.toSeconds() + " s: " + words);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
