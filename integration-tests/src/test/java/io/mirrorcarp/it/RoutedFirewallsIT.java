// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static io.mirrorcarp.it.RoutedFirewalls.SERVICE;
import static io.mirrorcarp.it.RoutedFirewalls.address;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.traffic.TcpFlow;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Two routers with ECMP and BFD in front of four firewalls that are all sent traffic; drawn at {@link RoutedFirewalls}. */
@Isolated
@EnabledIfSystemProperty(
        named = "load",
        matches = "true",
        disabledReason = "starts four firewalls and eleven routing daemons: bin/test --load")
final class RoutedFirewallsIT {
    private static final int CONNECTIONS = 24;
    private static final int FIRST_PORT = 9_000;
    private static final Duration EXCHANGE = Duration.ofSeconds(10);

    /** BFD has 0.6 s, and the routing daemons the rest. */
    private static final Duration AFTER_POWER_LOSS = Duration.ofSeconds(2);

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int STREAMS = 16;

    @TempDir
    Path frr;

    private static List<TcpFlow> connect(RoutedFirewalls net) throws IOException {
        List<TcpFlow> flows = new ArrayList<>();
        for (int port = FIRST_PORT; port < FIRST_PORT + CONNECTIONS; port++) {
            InetSocketAddress dialled = new InetSocketAddress(SERVICE, port);
            flows.add(TcpFlow.open(net.user, net.service, dialled, "10.0.0.100", port));
        }
        return flows;
    }

    private static List<String> broken(List<TcpFlow> flows, Duration limit) {
        List<String> broken = new ArrayList<>();
        for (TcpFlow flow : flows) {
            Optional<String> problem = flow.exchange(limit);
            problem.ifPresent(why -> broken.add(flow.connected().getPort() + " " + why));
        }
        return broken;
    }

    private static void assertAllLive(RoutedFirewalls net, List<TcpFlow> flows, String when) {
        assertThat(broken(flows, EXCHANGE)).as(() -> when + net.told()).isEmpty();
    }

    @Test
    void noConnectionIsLostWhenAFirewallLosesItsPower() throws IOException {
        try (RoutedFirewalls net = new RoutedFirewalls(frr, UnaryOperator.identity())) {
            List<TcpFlow> flows = connect(net);
            assertAllLive(net, flows, "while all work");
            for (int place = 0; place < RoutedFirewalls.COUNT; place++) {
                assertThat(net.carried(place))
                        .as("packets by " + address(place))
                        .isPositive();
            }
            net.losePower(1);
            net.awaitNextHops(AFTER_POWER_LOSS, address(0), address(2), address(3));
            assertAllLive(net, flows, "without fw-b");
            net.boot(1);
            assertAllLive(net, flows, "with fw-b again");
            // The one that the answers go by.
            net.losePower(0);
            net.awaitNextHops(AFTER_POWER_LOSS, address(1), address(2), address(3));
            assertAllLive(net, flows, "without fw-a");
            flows.forEach(TcpFlow::close);
        }
    }

    /** The control: the routers go on to send a part of the packets to a dead firewall. */
    @Test
    void withoutBfdADeadFirewallIsSentTraffic() throws IOException {
        UnaryOperator<String> withoutBfd =
                recipe -> recipe.replace("  bfd on;\n", "").replaceAll("(?m)^ neighbor \\w+ bfd profile fast\n", "");
        try (RoutedFirewalls net = new RoutedFirewalls(frr, withoutBfd)) {
            net.losePower(1);
            Awaitility.await("as long as the test beside waits")
                    .during(AFTER_POWER_LOSS)
                    .atMost(AFTER_POWER_LOSS.plus(LIMIT))
                    .untilAsserted(() -> net.upstream.forEach(router ->
                            assertThat(RoutingRecipes.nextHops(router, SERVICE)).contains(address(1))));
        }
    }

    @Test
    void aPlannedStopLosesNoPacket() throws Exception {
        try (RoutedFirewalls net = new RoutedFirewalls(frr, UnaryOperator.identity())) {
            InetSocketAddress dialled = new InetSocketAddress(SERVICE, RoutedFirewalls.UDP_PORT);
            try (NumberedEchoes echoes = new NumberedEchoes(net.user, dialled, net.service, "10.0.0.100", STREAMS)) {
                echoes.awaitMore(1_000);
                stopAndStart(net, echoes, 2);
                // The one that the answers go by.
                stopAndStart(net, echoes, 0);
                List<Integer> lost = echoes.lost();
                System.out.println("planned stops of fw-c and fw-a: " + lost.size() + " of " + echoes.sent() + " lost");
                assertThat(lost).as(net::told).isEmpty();
            }
        }
    }

    private static void stopAndStart(RoutedFirewalls net, NumberedEchoes echoes, int place) {
        net.firewalls.get(place).terminate();
        List<String> others = new ArrayList<>();
        for (int other = 0; other < RoutedFirewalls.COUNT; other++) {
            if (other != place) {
                others.add(address(other));
            }
        }
        net.awaitNextHops(LIMIT, others.toArray(String[]::new));
        assertThat(net.firewalls.get(place).stop()).isZero();
        echoes.awaitMore(500);
        net.firewalls.get(place).start();
        net.awaitJoined();
        echoes.awaitMore(500);
    }
}
