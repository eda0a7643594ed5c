// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.traffic.TcpFlow;
import io.mirrorcarp.lab.traffic.TcpStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Connections that began on the preferred firewall live through any number of failovers and ways back, however the master goes: downloads, uploads and both at once, and
 * idle ones that say a few bytes through the peer. The topology is drawn at {@link Pair}.
 */
@Isolated
class FailbackIT {
    private static final boolean LOAD = Boolean.getBoolean("load");

    private static final Set<Way> BRIEFLY = EnumSet.of(Way.MAINTENANCE);
    private static final int IDLE = 9;
    private static final Duration ALIVE_LIMIT = Duration.ofSeconds(9);
    /** More than any window here, so that what the first firewall remembers is far behind. */
    private static final long BEYOND_EVERY_WINDOW = 12_000_000;

    /** How fw-a goes and comes back. */
    enum Way {
        MAINTENANCE {
            @Override
            void go(Pair pair) {
                assertThat(pair.a.carpctl("maintenance", "on").exitStatus()).isZero();
            }

            @Override
            void comeBack(Pair pair) {
                assertThat(pair.a.carpctl("maintenance", "off").exitStatus()).isZero();
            }
        },
        LAN_CABLE {
            @Override
            void go(Pair pair) {
                pair.topology.lan().cutCable(pair.a.host());
            }

            @Override
            void comeBack(Pair pair) {
                pair.topology.lan().restoreCable(pair.a.host());
            }
        },
        RESTART {
            @Override
            void go(Pair pair) {
                assertThat(pair.a.stop()).isZero();
            }

            @Override
            void comeBack(Pair pair) {
                pair.a.start();
            }
        },
        KILL {
            @Override
            void go(Pair pair) {
                pair.a.kill();
            }

            @Override
            void comeBack(Pair pair) {
                pair.a.start();
            }
        },
        POWER_LOSS {
            @Override
            void go(Pair pair) {
                pair.a.powerLoss();
            }

            @Override
            void comeBack(Pair pair) {
                pair.a.powerOn();
                pair.a.start();
            }
        };

        /** Where carpd need not start anew, a round takes a few seconds. */
        int rounds() {
            boolean quick = this == MAINTENANCE || this == LAN_CABLE;
            return LOAD ? 5 : quick ? 3 : 1;
        }

        abstract void go(Pair pair);

        abstract void comeBack(Pair pair);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void noConnectionDiesAtTheWayBack(Way way) {
        assumeTrue(LOAD || BRIEFLY.contains(way), "the other ways: bin/test --load");
        try (Pair pair = Pair.inSync()) {
            List<TcpFlow> flows = new ArrayList<>();
            try {
                Map<String, TcpFlow> idle = idle(pair, flows);
                Map<String, TcpStream> streams = streams(pair, flows);
                for (int round = 1; round <= way.rounds(); round++) {
                    assertAlive(pair, "before failover " + round, idle, streams);
                    way.go(pair);
                    pair.b.awaitState("master", Pair.ROLE_LIMIT);
                    assertAlive(pair, "after failover " + round, idle, streams);
                    way.comeBack(pair);
                    pair.awaitPreferredRoles("in-sync");
                    assertAlive(pair, "after way back " + round, idle, streams);
                }
            } finally {
                flows.forEach(TcpFlow::close);
            }
        }
    }

    private static Map<String, TcpFlow> idle(Pair pair, List<TcpFlow> flows) {
        Map<String, TcpFlow> idle = new LinkedHashMap<>();
        for (int i = 0; i < IDLE; i++) {
            idle.put("idle " + i, open(pair, flows));
        }
        return idle;
    }

    private static Map<String, TcpStream> streams(Pair pair, List<TcpFlow> flows) {
        Map<String, TcpStream> streams = new LinkedHashMap<>();
        TcpFlow down = open(pair, flows);
        TcpFlow up = open(pair, flows);
        TcpFlow both = open(pair, flows);
        TcpFlow slow = open(pair, flows);
        streams.put("download", TcpStream.start(down.accepted(), down.connected(), 0));
        streams.put("upload", TcpStream.start(up.connected(), up.accepted(), 0));
        streams.put("download of both", TcpStream.start(both.accepted(), both.connected(), 0));
        streams.put("upload of both", TcpStream.start(both.connected(), both.accepted(), 0));
        streams.put("slow download", TcpStream.start(slow.accepted(), slow.connected(), 2 * BEYOND_EVERY_WINDOW));
        return streams;
    }

    private static TcpFlow open(Pair pair, List<TcpFlow> flows) {
        TcpFlow flow = TcpFlow.open(pair.topology.client(), pair.topology.server(), Topology.SERVER);
        flows.add(flow);
        return flow;
    }

    private static void assertAlive(Pair pair, String when, Map<String, TcpFlow> idle, Map<String, TcpStream> streams) {
        Map<String, String> dead = new LinkedHashMap<>();
        streams.forEach((name, stream) -> note(dead, name, stream.awaitMore(BEYOND_EVERY_WINDOW, ALIVE_LIMIT)));
        idle.forEach((name, flow) -> note(dead, name, flow.exchange(ALIVE_LIMIT)));
        assertThat(dead).as("dead " + when + pair.logsOf()).isEmpty();
    }

    private static void note(Map<String, String> dead, String name, Optional<String> why) {
        why.ifPresent(text -> dead.put(name, text));
    }
}
