// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.LabProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/** {@code carpctl failover} on a pair: nothing is lost, or nothing is changed. The topology is drawn at {@link Pair}. */
@Isolated
class FailoverIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static CommandResult carpctl(Firewall firewall, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Checkout.home().resolve("bin/carpctl").toString());
        command.add("--socket");
        command.add(firewall.carpd().socket().toString());
        command.addAll(Arrays.asList(arguments));
        return firewall.host().run(command.toArray(String[]::new));
    }

    /** Ends a program as Ctrl-C does. */
    private static void interrupt(LabProcess process) {
        try {
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(process.awaitEnd(LIMIT)).isTrue();
    }

    private static void awaitRoles(Pair pair, String ofA, String ofB) {
        pair.a.await("every virtual host " + ofA, Statuses.every(ofA), LIMIT);
        pair.b.await("every virtual host " + ofB, Statuses.every(ofB), LIMIT);
    }

    @Test
    void thereAndBackAgainLosesNoPingAndNoConnection() {
        try (Pair pair = Pair.inSync();
                ConnectionRate connections =
                        new ConnectionRate(pair.topology.client(), pair.topology.server(), Topology.SERVER, 100)) {
            LabProcess ping =
                    pair.topology.client().spawn("ping", "ping", "-q", "-i", "0.01", "-W", "2", Topology.SERVER);
            Awaitility.await("traffic").atMost(LIMIT).until(() -> connections.opened() > 200);
            CommandResult there = carpctl(pair.a, "failover", "--to", "fw-b");
            assertThat(there.err()).isEmpty();
            assertThat(there.out())
                    .matches(
                            "fw-b is master of wan, lan after \\d\\.\\d s\n|fw-b is master of lan, wan after \\d\\.\\d s\n");
            awaitRoles(pair, "backup", "master");
            assertThat(pair.a.status().path("demotionSources").findValuesAsText("source"))
                    .containsExactly("failover");
            assertThat(pair.a.status().path("failoverReady").asBoolean()).isTrue();
            int opened = connections.opened();
            Awaitility.await("traffic through fw-b").atMost(LIMIT).until(() -> connections.opened() > opened + 200);
            CommandResult back = carpctl(pair.b, "failover");
            assertThat(back.err()).isEmpty();
            awaitRoles(pair, "master", "backup");
            int again = connections.opened();
            Awaitility.await("traffic through fw-a").atMost(LIMIT).until(() -> connections.opened() > again + 100);
            connections.stop();
            interrupt(ping);
            Awaitility.await("the last connections").atMost(LIMIT).until(connections::isDone);
            assertNothingLost(pair, connections, ping, there.out() + back.out());
        }
    }

    private static void assertNothingLost(Pair pair, ConnectionRate connections, LabProcess ping, String told) {
        List<String> pings = ping.log()
                .lines()
                .filter(line -> line.contains("packets transmitted"))
                .toList();
        System.out.println(told + connections.opened() + " connections, "
                + connections.lost().size() + " lost; " + pings);
        assertThat(connections.lost()).as("lost connections" + pair.logsOf()).isEmpty();
        assertThat(ping.log()).as("pings" + pair.logsOf()).contains(" 0% packet loss");
    }

    @Test
    void withoutAPeerNothingIsChangedAndTheStatusIs5() {
        try (Pair pair = Pair.of(settings -> settings)) {
            pair.a.start();
            pair.a.awaitState("master", Pair.START_LIMIT);
            CommandResult refused = carpctl(pair.a, "failover", "--wait", "1s");
            assertThat(refused.exitStatus()).isEqualTo(5);
            assertThat(refused.err()).isEqualTo("carpctl: no peer answers on sync0: nothing was changed\n");
            assertThat(pair.a.status().path("demotionSources").findValuesAsText("source"))
                    .doesNotContain("failover");
            pair.a.awaitState("master", LIMIT);
        }
    }

    /** fw-b holds every state and takes no part in CARP. */
    @Test
    void aPeerThatDoesNotTakeOverLeavesAllAsItWas() {
        try (Pair pair = Pair.inSync()) {
            assertThat(carpctl(pair.b, "vhid", "wan", "down").exitStatus()).isZero();
            assertThat(carpctl(pair.b, "vhid", "lan", "down").exitStatus()).isZero();
            CommandResult refused = carpctl(pair.a, "failover", "--wait=2s");
            assertThat(refused.exitStatus()).isEqualTo(5);
            assertThat(refused.err())
                    .startsWith("carpctl: fw-b did not take over ")
                    .contains("all is as before");
            var status = pair.a.status();
            assertThat(status.path("demotion").asInt()).isZero();
            assertThat(status.path("vhids").findValuesAsText("state")).containsOnly("master");
        }
    }

    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes long: bin/test --load")
    @Test
    void theNodeThatHandedOverTakesOverAgainWhenTheOtherOneFails() {
        try (Pair pair = Pair.inSync()) {
            assertThat(carpctl(pair.a, "failover").exitStatus()).isZero();
            awaitRoles(pair, "backup", "master");
            pair.b.powerLoss();
            pair.a.awaitState("master", Pair.ROLE_LIMIT);
            pair.a.await(
                    "no longer demoted for the failover",
                    status -> !status.path("demotionSources")
                            .findValuesAsText("source")
                            .contains("failover"),
                    LIMIT);
        }
    }

    @Test
    void whatCannotBeIsRefusedAtOnce() {
        try (Pair pair = Pair.inSync()) {
            assertThat(carpctl(pair.b, "failover").err())
                    .isEqualTo("carpctl: this node is master of nothing: run it on the master\n");
            CommandResult unknown = carpctl(pair.a, "failover", "--to", "fw-c", "--wait", "1s");
            assertThat(unknown.exitStatus()).isEqualTo(5);
            assertThat(unknown.err()).isEqualTo("carpctl: no peer fw-c answers; there is fw-b: nothing was changed\n");
            assertThat(carpctl(pair.a, "failover", "--wait", "soon").exitStatus())
                    .isEqualTo(2);
        }
    }

    private static void blind(Pair pair) {
        pair.b.host().sysctl("net.ipv4.ip_forward=0");
        pair.a.await(
                "fw-b does not forward",
                status -> status.path("failoverBlockedBy").toString().contains("fw-b: net.ipv4.ip_forward is 0"),
                LIMIT);
        pair.b.await("demoted", status -> status.path("demotion").asInt() > 0, LIMIT);
    }

    private static void assertRefused(Pair pair, String... command) {
        CommandResult refused = carpctl(pair.a, command);
        assertThat(refused.exitStatus()).isEqualTo(5);
        assertThat(refused.err())
                .contains("fw-b: net.ipv4.ip_forward is 0", "--force", "nothing was changed")
                .doesNotContain("--force; --force");
        var status = pair.a.status();
        assertThat(status.path("demotion").asInt()).isZero();
        assertThat(status.path("vhids").findValuesAsText("state")).containsOnly("master");
    }

    /** A planned hand-over to a node that does not forward would be a loss of all connections with exit status 0. */
    @Test
    void aPeerThatSaysThatItCouldNotIsHandedOverToByForceOnly() {
        try (Pair pair = Pair.inSync()) {
            blind(pair);
            assertRefused(pair, "failover", "--wait", "1s");
            assertRefused(pair, "maintenance", "on", "--reason", "new disk");
            assertThat(pair.a.status().path("maintenance").asBoolean()).isFalse();
            assertThat(carpctl(pair.a, "failover", "--force").err()).isEmpty();
            awaitRoles(pair, "backup", "master");
            assertThat(carpctl(pair.b, "failover").err()).isEmpty();
            awaitRoles(pair, "master", "backup");
            assertThat(carpctl(pair.a, "maintenance", "on", "--force").err()).isEmpty();
            awaitRoles(pair, "backup", "master");
            assertThat(carpctl(pair.a, "maintenance", "off").err()).isEmpty();
            awaitRoles(pair, "master", "backup");
            pair.b.host().sysctl("net.ipv4.ip_forward=1");
            pair.a.await("ready", status -> status.path("failoverReady").asBoolean(), LIMIT);
            assertThat(carpctl(pair.a, "maintenance", "on").err()).isEmpty();
            awaitRoles(pair, "backup", "master");
        }
    }

    @Test
    void aStopGoesOnAndSaysThatThePeerCouldNot() {
        try (Pair pair = Pair.inSync()) {
            blind(pair);
            assertThat(pair.a.stop()).isZero();
            assertThat(pair.a.carpd().log())
                    .contains("the master stops, and connections may be lost: fw-b: net.ipv4.ip_forward is 0");
            pair.b.awaitState("master", Pair.ROLE_LIMIT);
        }
    }
}
