// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.LabProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way in which an administrator takes the master away, and gives it back, under 500 new connections a second and a ping each millisecond. The topology is drawn at {@link Pair}. */
@Isolated
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "loads the machine: bin/test --load")
class PlannedWaysIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PER_SECOND = 500;
    private static final int WARM = 1_000;
    private static final int AWAY = 3_000;
    private static final int BACK = 6_000;
    private static final int ALL = 10_000;

    /** The way there and the way back. */
    enum Way {
        FAILOVER {
            @Override
            void away(Pair pair) {
                succeed(pair.a, "failover", "--to", "fw-b");
            }

            @Override
            void back(Pair pair) {
                succeed(pair.b, "failover");
            }
        },
        MAINTENANCE {
            @Override
            void away(Pair pair) {
                succeed(pair.a, "maintenance", "on", "--reason", "test");
            }

            @Override
            void back(Pair pair) {
                succeed(pair.a, "maintenance", "off");
            }
        },
        STOP {
            @Override
            void away(Pair pair) {
                assertThat(pair.a.stop()).isZero();
            }

            @Override
            void back(Pair pair) {
                pair.a.start();
            }
        },
        ROLLING_RESTART {
            @Override
            void away(Pair pair) throws Exception {
                Path asked = pair.a.host().directory().resolve("restart");
                LabProcess restart = pair.a
                        .host()
                        .spawn(
                                "rolling",
                                Checkout.home().resolve("bin/carpctl").toString(),
                                "--socket",
                                pair.a.carpd().socket().toString(),
                                "restart",
                                "--rolling",
                                "--command",
                                "touch " + asked + "; while test -e " + asked + "; do sleep 0.05; done");
                Awaitility.await("handed over").atMost(LIMIT).until(() -> Files.exists(asked) || !restart.isAlive());
                assertThat(asked).as(restart.log()).exists();
                pair.a.stop();
                pair.a.start();
                Files.delete(asked);
                assertThat(restart.awaitEnd(LIMIT)).as(restart.log()).isTrue();
                assertThat(restart.exitStatus()).as(restart.log()).isZero();
            }

            @Override
            void back(Pair pair) {
                // The preferred node takes its role back by itself.
            }
        };

        abstract void away(Pair pair) throws Exception;

        abstract void back(Pair pair) throws Exception;
    }

    private static void succeed(Firewall node, String... arguments) {
        var result = node.carpctl(arguments);
        assertThat(result.exitStatus()).as(result.err()).isZero();
    }

    /** What goes through the pair. */
    private record Traffic(ConnectionRate connections, LabProcess ping) {
        static Traffic begin(Pair pair) {
            ConnectionRate connections = new ConnectionRate(
                    pair.topology.client(), pair.topology.server(), Topology.SERVER, PER_SECOND, 5, 300);
            Awaitility.await("the programs are warm").atMost(LIMIT).until(() -> connections.opened() > WARM);
            return new Traffic(
                    connections,
                    pair.topology.client().spawn("ping", "ping", "-q", "-i", "0.001", "-W", "2", Topology.SERVER));
        }

        void awaitOpened(int count) {
            Awaitility.await(count + " connections").atMost(LIMIT).until(() -> connections.opened() >= count);
        }

        /** The line in which ping counts. */
        String end(Pair pair) {
            connections.stop();
            Awaitility.await("the last connections").atMost(LIMIT).until(connections::isDone);
            pair.topology
                    .client()
                    .run("kill", "-INT", Long.toString(ping.pid()))
                    .orThrow();
            assertThat(ping.awaitEnd(LIMIT)).isTrue();
            List<String> counts = ping.log()
                    .lines()
                    .filter(line -> line.contains("packets transmitted"))
                    .toList();
            System.out.println(
                    connections.opened() + " connections, " + connections.lost().size() + " lost; " + counts);
            return String.join("", counts);
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofTenThousandConnectionsAndAPingAMillisecondNoneIsLost(Way way) throws Exception {
        try (Pair pair = Pair.inSync()) {
            Traffic traffic = Traffic.begin(pair);
            try (var connections = traffic.connections()) {
                traffic.awaitOpened(AWAY);
                way.away(pair);
                if (way != Way.ROLLING_RESTART) {
                    pair.b.await("master of all", Statuses.every("master"), LIMIT);
                }
                traffic.awaitOpened(BACK);
                way.back(pair);
                pair.a.await("master of all", Statuses.every("master"), LIMIT);
                traffic.awaitOpened(ALL);
                String pings = traffic.end(pair);
                assertThat(connections.opened()).isGreaterThanOrEqualTo(ALL);
                assertThat(connections.lost())
                        .as("lost connections" + pair.logsOf())
                        .isEmpty();
                assertThat(pings).as("pings" + pair.logsOf()).contains(" 0% packet loss");
            }
        }
    }

    @Test
    void theControlAKillLosesSome() {
        try (Pair pair = Pair.inSync()) {
            Traffic traffic = Traffic.begin(pair);
            try (var connections = traffic.connections()) {
                traffic.awaitOpened(WARM + PER_SECOND);
                pair.a.kill();
                pair.b.await("master of all", Statuses.every("master"), LIMIT);
                traffic.awaitOpened(connections.opened() + PER_SECOND);
                assertThat(traffic.end(pair)).doesNotContain(" 0% packet loss");
            }
        }
    }
}
