// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.traffic.TcpFlow;
import io.mirrorcarp.lab.traffic.TcpStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Troubles of every kind one after the other, and two at a time, drawn from a seed, while downloads, an upload and idle connections go through the pair. After each the roles are those of the
 * configuration, both kernels hold the same flows, and every connection lives. {@code -Dtroubles.seed=N} repeats a run, {@code -Dtroubles.steps=N} makes it longer. The topology is drawn at {@link Pair}.
 */
@Isolated
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes minutes: bin/test --load")
class MixedTroublesIT {
    private static final long SEED = Long.getLong("troubles.seed", System.nanoTime() & 0xffff);
    private static final int STEPS = Integer.getInteger("troubles.steps", 12);
    private static final int IDLE = 6;
    private static final Duration ALIVE_LIMIT = Duration.ofSeconds(12);
    private static final Duration CALM_LIMIT = Duration.ofSeconds(40);
    private static final Duration EQUAL_LIMIT = Duration.ofSeconds(10);
    /** More than any window here, so that what a firewall remembers is far behind. */
    private static final long BEYOND_EVERY_WINDOW = 12_000_000;

    /** What happens to a node, and how it ends. */
    private enum Trouble {
        LAN_CABLE {
            @Override
            void begin(Pair pair, Firewall node) {
                pair.topology.lan().cutCable(node.host());
            }

            @Override
            void end(Pair pair, Firewall node) {
                pair.topology.lan().restoreCable(node.host());
            }
        },
        WAN_CABLE {
            @Override
            void begin(Pair pair, Firewall node) {
                pair.topology.wan().cutCable(node.host());
            }

            @Override
            void end(Pair pair, Firewall node) {
                pair.topology.wan().restoreCable(node.host());
            }
        },
        SYNC_CABLE {
            @Override
            void begin(Pair pair, Firewall node) {
                pair.topology.sync().cutCable(node.host());
            }

            @Override
            void end(Pair pair, Firewall node) {
                pair.topology.sync().restoreCable(node.host());
            }
        },
        STOP {
            @Override
            void begin(Pair pair, Firewall node) {
                assertThat(node.stop()).isZero();
            }

            @Override
            void end(Pair pair, Firewall node) {
                node.start();
            }
        },
        KILL {
            @Override
            void begin(Pair pair, Firewall node) {
                node.kill();
            }

            @Override
            void end(Pair pair, Firewall node) {
                node.start();
            }
        },
        POWER {
            @Override
            void begin(Pair pair, Firewall node) {
                node.powerLoss();
            }

            @Override
            void end(Pair pair, Firewall node) {
                node.powerOn();
                node.start();
            }
        },
        FREEZE {
            @Override
            void begin(Pair pair, Firewall node) {
                signal(node, "-STOP");
            }

            @Override
            void end(Pair pair, Firewall node) {
                signal(node, "-CONT");
            }
        },
        MAINTENANCE {
            /** With a cable that is cut nobody may be there to take over, which the command says. */
            @Override
            void begin(Pair pair, Firewall node) {
                assertThat(node.carpctl("maintenance", "on").exitStatus()).isIn(0, 5);
            }

            @Override
            void end(Pair pair, Firewall node) {
                node.carpctl("maintenance", "off").orThrow();
            }
        },
        /** Not with a cable that is cut, which the command refuses. */
        NEW_PASSPHRASES {
            @Override
            void begin(Pair pair, Firewall node) {
                node.carpctl("passphrase", "rotate", "--both");
            }

            @Override
            void end(Pair pair, Firewall node) {
                node.carpctl("reload").orThrow();
            }
        },
        /** On the master a loss that the peer repairs, on the backup of copies. */
        FLUSH {
            @Override
            void begin(Pair pair, Firewall node) {
                node.host().run("conntrack", "-F").orThrow();
            }

            @Override
            void end(Pair pair, Firewall node) {
                // The kernel's table is filled again by itself.
            }
        };

        abstract void begin(Pair pair, Firewall node);

        abstract void end(Pair pair, Firewall node);

        /** A second one of these leaves one node that carries the connections. */
        static final List<Trouble> CABLES = List.of(LAN_CABLE, WAN_CABLE, SYNC_CABLE);

        /** Whether it takes copies away that only the cable could give back. */
        boolean needsPeer() {
            return this == FLUSH || this == NEW_PASSPHRASES;
        }
    }

    private static void signal(Firewall node, String signal) {
        node.host()
                .run("kill", signal, Long.toString(node.carpd().process().pid()))
                .orThrow();
    }

    private final Random random = new Random(SEED);
    private final List<TcpFlow> opened = new ArrayList<>();
    private final Map<String, TcpFlow> idle = new LinkedHashMap<>();
    private final Map<String, TcpStream> streams = new LinkedHashMap<>();

    @Test
    void everyConnectionLivesAndBothKernelsAreEqualAfterEach() {
        System.out.println("-Dtroubles.seed=" + SEED + " -Dtroubles.steps=" + STEPS);
        try (Pair pair = Pair.inSync()) {
            try {
                begin(pair);
                for (int step = 1; step <= STEPS; step++) {
                    run(pair, step);
                }
            } finally {
                opened.forEach(TcpFlow::close);
            }
        }
    }

    private void begin(Pair pair) {
        for (int i = 0; i < IDLE; i++) {
            idle.put("idle " + i, open(pair));
        }
        TcpFlow down = open(pair);
        TcpFlow up = open(pair);
        TcpFlow slow = open(pair);
        streams.put("download", TcpStream.start(down.accepted(), down.connected(), 0));
        streams.put("upload", TcpStream.start(up.connected(), up.accepted(), 0));
        streams.put("slow download", TcpStream.start(slow.accepted(), slow.connected(), 2 * BEYOND_EVERY_WINDOW));
        assertCalm(pair, "at the start");
    }

    private void run(Pair pair, int step) {
        Firewall node = random.nextInt(3) == 0 ? pair.b : pair.a;
        Trouble first = pick(List.of(Trouble.values()));
        Optional<Trouble> second = random.nextBoolean() || first.needsPeer()
                ? Optional.empty()
                : Optional.of(pick(Trouble.CABLES)).filter(other -> other != first);
        boolean secondFirst = random.nextBoolean();
        String what = step + ": " + node.name() + " "
                + (secondFirst && second.isPresent() ? second.get() + " then " : "") + first
                + (secondFirst ? "" : second.map(other -> " then " + other).orElse(""));
        System.out.println(what);
        if (secondFirst) {
            second.ifPresent(other -> other.begin(pair, node));
        }
        first.begin(pair, node);
        if (!secondFirst) {
            second.ifPresent(other -> other.begin(pair, node));
        }
        assertAlive(pair, "during " + what);
        if (random.nextBoolean()) {
            first.end(pair, node);
            second.ifPresent(other -> other.end(pair, node));
        } else {
            second.ifPresent(other -> other.end(pair, node));
            first.end(pair, node);
        }
        deleteOne(pair, what);
        assertCalm(pair, "after " + what);
    }

    private Trouble pick(List<Trouble> among) {
        return among.get(random.nextInt(among.size()));
    }

    private TcpFlow open(Pair pair) {
        TcpFlow flow = TcpFlow.open(pair.topology.client(), pair.topology.server(), Topology.SERVER);
        opened.add(flow);
        return flow;
    }

    /** One connection that the administrator ends on the master is gone from both, and another takes its place. */
    private void deleteOne(Pair pair, String when) {
        calm(pair, when);
        String name = "idle " + random.nextInt(IDLE);
        String port = String.valueOf(idle.get(name).connected().getLocalPort());
        pair.a
                .host()
                .run("conntrack", "-D", "-p", "tcp", "-s", Topology.CLIENT, "--sport", port)
                .orThrow();
        Awaitility.await("deleted after " + when)
                .atMost(Duration.ofSeconds(3))
                .until(() -> !has(pair.a, port) && !has(pair.b, port));
        idle.put(name, open(pair));
    }

    private static boolean has(Firewall node, String port) {
        return KernelTable.of(node.host()).flows().stream()
                .anyMatch(flow -> flow.startsWith("src=" + Topology.CLIENT) && flow.contains("sport=" + port + " "));
    }

    private static boolean isReady(JsonNode status) {
        return status.path("failoverReady").asBoolean();
    }

    private static void calm(Pair pair, String when) {
        pair.a.await(
                "MASTER, in sync and ready " + when,
                Statuses.every("master").and(Statuses.pfsync("in-sync")).and(MixedTroublesIT::isReady),
                CALM_LIMIT);
        pair.b.await(
                "BACKUP, in sync and ready " + when,
                Statuses.every("backup").and(Statuses.pfsync("in-sync")).and(MixedTroublesIT::isReady),
                CALM_LIMIT);
    }

    private void assertCalm(Pair pair, String when) {
        calm(pair, when);
        assertAlive(pair, when);
        TableComparison.awaitEqual(pair, EQUAL_LIMIT);
    }

    private void assertAlive(Pair pair, String when) {
        Map<String, String> dead = new LinkedHashMap<>();
        streams.forEach((name, stream) ->
                stream.awaitMore(BEYOND_EVERY_WINDOW, ALIVE_LIMIT).ifPresent(why -> dead.put(name, why)));
        idle.forEach((name, flow) -> flow.exchange(ALIVE_LIMIT).ifPresent(why -> dead.put(name, why)));
        assertThat(dead)
                .as("dead " + when + ", -Dtroubles.seed=" + SEED + pair.logsOf())
                .isEmpty();
    }
}
