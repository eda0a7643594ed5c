// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Router;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.traffic.TcpFlow;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The only address of the WAN interfaces is the virtual one, and {@code masquerade} takes it: as with a provider that gives one address. The kernel that loses the address forgets
 * these connections with it. The topology is drawn at {@link Pair}.
 */
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes long: bin/test --load")
class MasqueradeIT {
    private static final Duration LIMIT = Duration.ofSeconds(9);

    private static void setUp(Router router, String own) {
        router.host().run("ip", "address", "del", own, "dev", "wan0").orThrow();
        router.host().nft("""
                add table ip before
                add chain ip before out { type nat hook postrouting priority srcnat - 10; }
                add rule ip before out oifname "wan0" ip saddr 10.0.0.0/24 masquerade
                """);
    }

    private static Pair pair(boolean pfsync) {
        Pair pair = Pair.of(settings -> settings.withPfsync(pfsync));
        setUp(pair.topology.routerA(), "203.0.113.2/24");
        setUp(pair.topology.routerB(), "203.0.113.3/24");
        pair.start();
        pair.awaitPreferredRoles(pfsync ? "in-sync" : "off");
        return pair;
    }

    private static void assertAlive(Pair pair, TcpFlow flow, String when) {
        assertThat(flow.exchange(LIMIT)).as(when + pair.logsOf()).isEmpty();
    }

    private static void awaitCopy(Firewall node) {
        Awaitility.await("copy on " + node.name())
                .atMost(LIMIT)
                .until(() -> KernelTable.of(node.host()).flows().stream()
                        .anyMatch(each -> each.contains(Topology.VIRTUAL_WAN)));
    }

    @Test
    void aConnectionLivesThroughEveryMoveOfTheAddressThatItIsTranslatedTo() {
        try (Pair pair = pair(true)) {
            TcpFlow flow = TcpFlow.open(pair.topology.client(), pair.topology.server(), Topology.SERVER);
            try {
                assertAlive(pair, flow, "before");
                awaitCopy(pair.b);
                for (int round = 1; round <= 3; round++) {
                    pair.a.carpctl("maintenance", "on").orThrow();
                    pair.b.await("MASTER", Statuses.every("master"), Pair.ROLE_LIMIT);
                    assertAlive(pair, flow, "failover " + round);
                    pair.a.carpctl("maintenance", "off").orThrow();
                    pair.awaitPreferredRoles("in-sync");
                    assertAlive(pair, flow, "way back " + round);
                }
                pair.a.powerLoss();
                pair.b.awaitState("master", Pair.ROLE_LIMIT);
                assertAlive(pair, flow, "after the loss of power");
                pair.a.powerOn();
                setUp(pair.topology.routerA(), "203.0.113.2/24");
                pair.a.start();
                pair.awaitPreferredRoles("in-sync");
                assertAlive(pair, flow, "after power came back");
            } finally {
                flow.close();
            }
        }
    }

    /** The control. */
    @Test
    void withoutReplicationItDies() {
        try (Pair pair = pair(false)) {
            TcpFlow flow = TcpFlow.open(pair.topology.client(), pair.topology.server(), Topology.SERVER);
            try {
                assertAlive(pair, flow, "before");
                pair.a.powerLoss();
                pair.b.awaitState("master", Pair.ROLE_LIMIT);
                assertThat(flow.exchange(Duration.ofSeconds(3))).isPresent();
            } finally {
                flow.close();
            }
        }
    }
}
