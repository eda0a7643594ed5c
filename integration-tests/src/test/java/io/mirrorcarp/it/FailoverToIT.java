// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.CarpdSettings;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Router;
import io.mirrorcarp.lab.firewall.RouterPlan;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.SyncLink;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.Lab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** {@code carpctl failover --to NODE} among three firewalls, of which fw-a is preferred to fw-b, and that to fw-c. */
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes half a minute: bin/test --load")
class FailoverToIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int SKEW_STEP = 50;
    /** A better node that does not stand aside takes over with the first of them. */
    private static final int ADVERTISEMENTS = 6;

    private final Lab lab = Lab.open();
    private final List<Firewall> firewalls = new ArrayList<>();

    @AfterEach
    void close() {
        lab.close();
    }

    private void start(boolean preempt) {
        Topology topology = new Topology(lab, SyncLink.SWITCH, RouterPlan.row(3));
        for (Router router : topology.routers()) {
            CarpdSettings settings = CarpdSettings.of(router.plan().name(), firewalls.size() * SKEW_STEP)
                    .withPreempt(preempt);
            Firewall firewall = new Firewall(router, topology.keys(), settings);
            firewalls.add(firewall);
            firewall.start();
            firewall.awaitState(firewalls.size() == 1 ? "master" : "backup", LIMIT);
        }
        awaitMaster(0);
    }

    private void awaitMaster(int place) {
        for (int i = 0; i < firewalls.size(); i++) {
            firewalls.get(i).await("in its role", Statuses.every(i == place ? "master" : "backup"), LIMIT);
            firewalls.get(i).await("in sync with both", FailoverToIT::isInSync, LIMIT);
        }
    }

    private static boolean isInSync(JsonNode status) {
        JsonNode peers = status.path("pfsync").path("peers");
        return peers.size() == 2
                && peers.findValuesAsText("state").stream().allMatch("in-sync"::equals)
                && peers.findValuesAsText("digestMatches").stream().allMatch("true"::equals);
    }

    private void handOver(int from, String... arguments) {
        List<String> command = new ArrayList<>(List.of("failover", "--wait", "30s"));
        command.addAll(List.of(arguments));
        CommandResult result = firewalls.get(from).carpctl(command.toArray(String[]::new));
        assertThat(result.exitStatus()).as(result.toString()).isZero();
        if (arguments.length > 0) {
            assertThat(result.out()).startsWith(arguments[1] + " is master of ");
        }
    }

    /** It stays so, although a better node is there. */
    private void expectMaster(int place) {
        awaitMaster(place);
        long transitions = transitions(place);
        long sent = sent(place);
        Predicate<JsonNode> any = status -> sent(place) >= sent + ADVERTISEMENTS;
        firewalls.get(place).await("some more advertisements", any, LIMIT);
        assertThat(transitions(place)).isEqualTo(transitions);
        awaitMaster(place);
    }

    private long sent(int place) {
        return firewalls.get(place).stats().path("carp").path("packetsSent").asLong();
    }

    private long transitions(int place) {
        return firewalls.get(place).status().path("vhids").findValues("transitions").stream()
                .mapToLong(JsonNode::asLong)
                .sum();
    }

    private List<String> demotionsOf(int place) {
        return firewalls.get(place).status().path("demotionSources").findValuesAsText("source");
    }

    @Test
    void theNamedNodeTakesOverAndKeepsTheAddresses() {
        start(true);
        handOver(0, "--to", "fw-c");
        expectMaster(2);
        assertThat(demotionsOf(1)).containsExactly("failover");
        assertThat(firewalls.get(2).status().path("failoverReady").asBoolean()).isTrue();

        handOver(2, "--to", "fw-b");
        expectMaster(1);

        handOver(1);
        awaitMaster(0);
        assertThat(demotionsOf(2)).isEmpty();

        handOver(0, "--to", "fw-c");
        awaitMaster(2);
        firewalls.get(2).powerLoss();
        firewalls.get(0).await("MASTER again", Statuses.every("master"), LIMIT);
    }

    @Test
    void whatCannotBeIsRefusedAndNothingChanges() {
        start(false);
        CommandResult unknown = firewalls.get(0).carpctl("failover", "--wait", "1s", "--to", "fw-x");
        assertThat(unknown.exitStatus()).isEqualTo(5);
        assertThat(unknown.err()).contains("no peer fw-x answers; there is fw-b, fw-c");
        CommandResult first = firewalls.get(0).carpctl("failover", "--to", "fw-c");
        assertThat(first.exitStatus()).isEqualTo(5);
        assertThat(first.err()).contains("preempt = false", "carpctl vhid NAME down --for 30s", "nothing was changed");
        awaitMaster(0);
        assertThat(demotionsOf(1)).isEmpty();
    }
}
