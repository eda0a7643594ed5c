// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.CarpdSettings;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.LabHost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * [route.NAME] with the routing daemons of Debian: BIRD announces the address of fw-a, FRR that of fw-b, and the upstream router, BIRD with ECMP, has a next hop for each node that
 * may be sent traffic. The configurations are those of docs/routing.md.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AnnouncedRouteIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** The lease of 2.4 s, and a second for both routing daemons. */
    private static final Duration AFTER_A_KILL = Duration.ofMillis(4_500);

    private static final String SERVICE = "198.51.100.7";
    private static final String A = "203.0.113.2";
    private static final String B = "203.0.113.3";
    private static final String ROUTE =
            "\n[route.service]\naddress = \"" + SERVICE + "/32\"\nwhen = \"ready\"\ndrain = \"2s\"\n";

    @TempDir
    static Path frr;

    private Pair pair;

    @BeforeAll
    void start() throws IOException {
        pair = Pair.of(settings -> settings);
        configure(pair.a, Topology.settingsA());
        configure(pair.b, Topology.settingsB());
        RoutingRecipes.bird(pair.topology.server(), RoutingRecipes.of("upstream"));
        RoutingRecipes.bird(pair.a.host(), RoutingRecipes.of("bird"));
        RoutingRecipes.frr(pair.b.host(), RoutingRecipes.of("frr"), frr, List.of("zebra", "bgpd"));
        pair.start();
        pair.awaitPreferredRoles("in-sync");
        awaitNextHops(LIMIT, A, B);
    }

    private static void configure(Firewall firewall, CarpdSettings settings) {
        firewall.carpd().configure(settings.toml(firewall.carpd().socket()) + ROUTE);
    }

    @AfterAll
    void close() {
        pair.close();
    }

    /** For the message of a failed assertion. */
    private String routes() {
        LabHost upstream = pair.topology.server();
        return upstream.run("ip", "route").out()
                + RoutingRecipes.birdc(upstream, "show", "route", "all")
                + pair.a.carpctl("events", "-n", "8").out()
                + pair.b.carpctl("events", "-n", "8").out();
    }

    private void awaitNextHops(Duration limit, String... wanted) {
        Awaitility.await("next hops of " + SERVICE)
                .atMost(limit)
                .untilAsserted(() -> assertThat(RoutingRecipes.nextHops(pair.topology.server(), SERVICE))
                        .as(this::routes)
                        .containsExactly(wanted));
    }

    private static boolean isOnLo(Firewall firewall) {
        return firewall.host().run("ip", "addr", "show", "dev", "lo").out().contains(SERVICE + "/32");
    }

    @Test
    void maintenanceTakesTheNodeOutAndBringsItBack() {
        assertThat(pair.b.carpctl("maintenance", "on").exitStatus()).isZero();
        awaitNextHops(LIMIT, A);
        assertThat(pair.topology
                        .server()
                        .run("ping", "-c", "1", "-W", "2", SERVICE)
                        .succeeded())
                .isTrue();
        assertThat(pair.b.carpctl("maintenance", "off").exitStatus()).isZero();
        awaitNextHops(LIMIT, A, B);
    }

    @Test
    void aKilledDaemonIsNotSentTrafficThoughItsRoutingDaemonLives() {
        pair.a.kill();
        awaitNextHops(AFTER_A_KILL, B);
        pair.a.start();
        awaitNextHops(LIMIT, A, B);
        pair.awaitPreferredRoles("in-sync");
    }

    @Test
    void aPlannedStopIsDrainedFirst() {
        pair.a.terminate();
        Awaitility.await("withdrawn").atMost(LIMIT).until(() -> !isOnLo(pair.a));
        awaitNextHops(Duration.ofMillis(1_500), B);
        assertThat(Statuses.every("master").test(pair.a.status()))
                .as("MASTER while what is on the way arrives")
                .isTrue();
        assertThat(pair.a.stop()).isZero();
        pair.a.start();
        awaitNextHops(LIMIT, A, B);
        pair.awaitPreferredRoles("in-sync");
    }

    @Test
    void anAddressThatSomebodyElsePutThereIsLeftAlone() {
        LabHost host = pair.b.host();
        assertThat(pair.b.carpctl("maintenance", "on").exitStatus()).isZero();
        Awaitility.await("withdrawn").atMost(LIMIT).until(() -> !isOnLo(pair.b));
        host.run("ip", "addr", "add", SERVICE + "/32", "dev", "lo").orThrow();
        assertThat(pair.b.carpctl("maintenance", "off").exitStatus()).isZero();
        Awaitility.await("said so")
                .atMost(LIMIT)
                .until(() -> pair.b.carpctl("events", "-n", "50").out().contains("is on lo already: remove it there"));
        assertThat(host.run("ip", "addr", "show", "dev", "lo").out()).contains("valid_lft forever");
        host.run("ip", "addr", "del", SERVICE + "/32", "dev", "lo").orThrow();
        awaitNextHops(LIMIT, A, B);
    }
}
