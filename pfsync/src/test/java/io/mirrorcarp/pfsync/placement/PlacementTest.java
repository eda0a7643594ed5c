// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** {@code docs/decisions/0030-a-part-of-the-flows-on-each-node.md} in a model. */
class PlacementTest {
    private static final int SEEDS = Integer.getInteger("simulation.count", 100);
    private static final int SETTLED_STEPS = 400;
    private static final Path DECISION = Path.of("../docs/decisions/0030-a-part-of-the-flows-on-each-node.md");

    private static List<Long> failing(Scenario scenario) {
        return LongStream.range(0, SEEDS)
                .filter(seed -> !scenario.run(new SplittableRandom(seed)).isEmpty())
                .boxed()
                .toList();
    }

    private interface Scenario {
        /** What went wrong. */
        List<String> run(SplittableRandom random);
    }

    @Test
    void everyFlowIsWhereItBelongsAfterAnyTrouble() {
        assertThat(failing(PlacementTest::trouble)).as("failing seeds").isEmpty();
    }

    /** Nodes that are killed, started, cut off from one another and joined again while flows open, move and end. */
    private static List<String> trouble(SplittableRandom random) {
        int count = random.nextInt(10) > 0 ? random.nextInt(4, 17) : random.nextInt(17, 65);
        PlacementWorld world = new PlacementWorld(count, random.nextInt(1, 4), 0.1, random);
        world.pass(40);
        for (int i = 0; i < 150; i++) {
            switch (random.nextInt(20)) {
                case 0 -> {
                    if (world.names().size() > 2) {
                        world.kill(any(world, random));
                    }
                }
                case 1 -> {
                    int node = random.nextInt(count);
                    if (world.node(node) == null) {
                        world.start(node);
                    }
                }
                case 2 -> world.split();
                case 3, 4 -> world.heal();
                case 5, 6 -> {
                    if (world.flows() > 0) {
                        world.end(any(world, random), random.nextInt(world.flows()));
                    }
                }
                case 7, 8, 9, 10, 11, 12 -> world.open(any(world, random));
                default -> {
                    if (world.flows() > 0) {
                        world.packet(any(world, random), random.nextInt(world.flows()));
                    }
                }
            }
            world.pass(random.nextInt(12));
        }
        world.heal();
        world.pass(SETTLED_STEPS);
        return world.faults();
    }

    @Test
    void noFlowIsLostWhenAsManyNodesDieAsHoldACopy() {
        assertThat(failing(random -> deaths(random, 0))).as("failing seeds").isEmpty();
    }

    /** The control: one death more loses flows. */
    @Test
    void flowsAreLostWhenOneNodeMoreDies() {
        assertThat(failing(random -> deaths(random, 1))).isNotEmpty();
    }

    private static List<String> deaths(SplittableRandom random, int more) {
        int copies = random.nextInt(1, 4);
        PlacementWorld world = new PlacementWorld(random.nextInt(copies + 3, 13), copies, 0, random);
        world.pass(40);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 30; i++) {
                world.open(any(world, random));
            }
            world.pass(SETTLED_STEPS);
            for (int i = 0; i < copies + more && world.names().size() > 2; i++) {
                world.kill(any(world, random));
            }
            world.pass(SETTLED_STEPS);
        }
        return world.lost().stream().map(flow -> "flow " + flow + " is lost").toList();
    }

    @Test
    void aPacketAtANodeWithoutTheFlowFindsItWhileAnybodyHasIt() {
        assertThat(failing(PlacementTest::misses)).as("failing seeds").isEmpty();
    }

    /** Flows move while the rosters still differ: the node that is asked by rule may not have them yet. */
    private static List<String> misses(SplittableRandom random) {
        PlacementWorld world = new PlacementWorld(random.nextInt(4, 13), random.nextInt(1, 4), 0.1, random);
        world.pass(40);
        for (int i = 0; i < 40; i++) {
            world.open(any(world, random));
        }
        world.pass(SETTLED_STEPS);
        world.kill(any(world, random));
        for (int flow = 0; flow < world.flows(); flow++) {
            world.packet(any(world, random), flow);
            world.pass(random.nextInt(2));
        }
        world.pass(SETTLED_STEPS);
        List<String> dropped = new ArrayList<>();
        world.names()
                .forEach(name -> world.node(name).takeUnknown().stream()
                        .filter(flow -> !world.lost().contains(flow))
                        .forEach(flow -> dropped.add("flow " + flow + " was not found by " + name)));
        return dropped;
    }

    @Test
    void theFiguresOfTheDecisionAreThoseOfTheModel() throws IOException {
        StringBuilder table = new StringBuilder();
        for (int count : new int[] {4, 8, 16, 64}) {
            for (int copies : new int[] {1, 2}) {
                table.append(row(count, copies)).append('\n');
            }
        }
        assertThat(Files.readString(DECISION)).contains(table);
    }

    /** Everything is settled; a node comes; one dies, and its flows go to one other node. */
    private static String row(int count, int copies) {
        PlacementWorld world = new PlacementWorld(count, copies, 0, new SplittableRandom(1));
        world.pass(40);
        int flows = 64 * 32;
        for (int flow = 0; flow < flows; flow++) {
            world.open(flow % count);
        }
        world.pass(3 * SETTLED_STEPS / 4);
        double held = world.names().stream()
                        .mapToInt(name -> world.node(name).flows().size())
                        .sum()
                / (double) count;
        long before = world.transfers();
        for (int flow = 0; flow < flows; flow++) {
            world.packet(flow % count, flow);
            world.pass(flow % 64 == 0 ? 1 : 0);
        }
        world.pass(SETTLED_STEPS / 4);
        double told = world.transfers() - before;
        before = world.transfers();
        world.start(count);
        world.pass(SETTLED_STEPS / 4);
        double joined = world.transfers() - before;
        before = world.transfers();
        world.kill(0);
        world.pass(SETTLED_STEPS / 4);
        double died = world.transfers() - before;
        int missed = 0;
        for (int flow = 0; flow < flows; flow += count) {
            missed += world.node(1).flows().containsKey(flow) ? 0 : 1;
        }
        return String.format(
                Locale.ROOT,
                "| %d | %d | %.0f %% | %.2f | %.0f %% | %.0f %% | %.0f %% |",
                count,
                copies,
                100 * held / flows,
                told / flows,
                100 * joined / flows,
                100 * died / flows,
                100.0 * missed * count / flows);
    }

    private static int any(PlacementWorld world, SplittableRandom random) {
        List<Integer> names = List.copyOf(world.names());
        return names.get(random.nextInt(names.size()));
    }
}
