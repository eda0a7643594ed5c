// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.mirrorcarp.pfsync.session.SyncPaths;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Two nodes with a cable and the LAN between them. */
class SyncPathsTest {
    private static final int CABLE = 0;
    private static final int LAN = 1;
    private static final int ONLY_CABLE = 1;
    private static final int ONLY_LAN = 2;

    private final World world = new World(42);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");
    private int flows;

    private void start() {
        start(List.of("sync0", "lan0"));
    }

    private void start(List<String> paths) {
        Stream.of(a, b).forEach(node -> {
            node.paths = paths;
            node.start();
        });
        world.runMillis(2_000);
        assertThat(a.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
        a.demotions = 0;
        b.demotions = 0;
    }

    /** Opens a flow each 2 ms on fw-a. */
    private void work(long millis) {
        for (long at = 0; at < millis; at += 2) {
            a.kernel.open(FlowKey.number(flows++), 600);
            a.kernel.endBurst();
            world.runMillis(2);
        }
    }

    private void cut(int path, boolean isCut) {
        world.cut(path, a, b, isCut);
        world.cut(path, b, a, isCut);
    }

    private void nobodyNoticed() {
        for (SimulatedNode node : List.of(a, b)) {
            assertThat(node.verdict).isEqualTo(Verdict.IN_SYNC);
            assertThat(node.demotions).as("demotions of %s", node.name).isZero();
            assertThat(node.demoted).isFalse();
            assertThat(node.linkDemoted).isFalse();
            assertThat(node.preemptAllowed).isTrue();
        }
        assertThat(world.transcript()).noneMatch(line -> line.contains("is lost") || line.contains("death"));
    }

    private List<SyncPaths.Status> paths(SimulatedNode node) {
        return node.machine.paths(world.nowNanos());
    }

    @Test
    void framesGoByTheFirstPathAlone() {
        start();
        long copies = b.counter(PfsyncCounter.COPIES);
        long replayed = b.counter(PfsyncCounter.REPLAYED);
        work(1_000);
        world.runMillis(20);
        assertThat(a.machine.pathsInUse()).isEqualTo(ONLY_CABLE);
        assertThat(b.counter(PfsyncCounter.COPIES)).isEqualTo(copies);
        assertThat(b.counter(PfsyncCounter.REPLAYED)).isEqualTo(replayed);
        assertThat(b.kernel.flows()).hasSize(500);
        assertThat(paths(a)).extracting(SyncPaths.Status::inUse).containsExactly(true, false);
        assertThat(paths(a)).extracting(SyncPaths.Status::fault).containsExactly("", "");
    }

    /** Neither end hears of it, as when a switch between fails. */
    @Test
    void aCableThatFailsWithoutAWordCostsNothingAndIsTold() {
        start();
        long changes = a.counter(PfsyncCounter.PATH_CHANGES);
        work(500);
        cut(CABLE, true);
        work(100);
        assertThat(flows - b.kernel.flows().size())
                .as("flows on the way, before anybody knows of the cut")
                .isLessThan(45);
        work(900);
        world.runMillis(20);
        assertThat(b.kernel.flows()).hasSize(flows);
        assertThat(a.machine.pathsInUse()).isEqualTo(ONLY_LAN);
        nobodyNoticed();
        assertThat(paths(a)).extracting(SyncPaths.Status::inUse).containsExactly(false, true);
        assertThat(paths(a).get(CABLE).fault()).isEqualTo("no way to peer fw-b");
        assertThat(world.transcript())
                .anyMatch(line -> line.endsWith(
                        "fw-a pfsync: sync path sync0: peer fw-b does not hear this node by it; frames go by lan0"));
        cut(CABLE, false);
        work(2_500);
        world.runMillis(20);
        assertThat(a.machine.pathsInUse()).isEqualTo(ONLY_CABLE);
        assertThat(world.transcript())
                .anyMatch(line -> line.endsWith("fw-a pfsync: sync path sync0 is back; frames go by sync0"));
        assertThat(b.kernel.flows()).hasSize(flows);
        assertThat(a.counter(PfsyncCounter.PATH_CHANGES) - changes).isEqualTo(2);
        assertThat(world.transcript())
                .as("one line of each node for each change")
                .filteredOn(line -> line.contains("sync path"))
                .hasSize(4);
        nobodyNoticed();
    }

    /** The control: the same with one path. */
    @Test
    void withOnePathTheSameCutLosesThePeer() {
        start(List.of("sync0"));
        work(500);
        cut(CABLE, true);
        work(1_500);
        assertThat(a.verdict).isEqualTo(Verdict.LOST);
        assertThat(a.preemptAllowed).isFalse();
        assertThat(b.kernel.flows()).hasSize(250);
    }

    @Test
    void aLostCarrierMovesTheFramesAtOnce() {
        start();
        work(500);
        cut(CABLE, true);
        a.machine.onPath(CABLE, false, "no carrier", true, world.nowNanos());
        b.machine.onPath(CABLE, false, "no carrier", true, world.nowNanos());
        assertThat(a.machine.pathsInUse()).isEqualTo(ONLY_LAN);
        work(100);
        world.runMillis(5);
        assertThat(b.kernel.flows()).hasSize(flows);
        work(2_000);
        assertThat(paths(a).get(CABLE).fault()).isEqualTo("no carrier");
        assertThat(paths(a).get(CABLE).up()).isFalse();
        nobodyNoticed();
    }

    /** The control: with one path a lost carrier may be a peer without power, and holds the node back. */
    @Test
    void withOnePathALostCarrierIsTakenForADeath() {
        start(List.of("sync0"));
        cut(CABLE, true);
        a.machine.onPath(CABLE, false, "no carrier", true, world.nowNanos());
        world.runMillis(1_100);
        assertThat(world.transcript()).anyMatch(line -> line.contains("death: sync0 lost its carrier"));
        assertThat(a.linkDemoted).isTrue();
    }

    /** A switch in the LAN keeps the carrier of lan0 when the peer loses power. */
    @Test
    void aPeerThatLosesPowerIsTakenForDeadSoonThoughTheLanIsThere() {
        start();
        b.kill();
        long diedNanos = world.nowNanos();
        a.machine.onPath(CABLE, false, "no carrier", true, world.nowNanos());
        while (world.transcript().stream().noneMatch(line -> line.contains("death"))) {
            world.runMillis(1);
            assertThat(world.nowNanos() - diedNanos).isLessThan(100_000_000);
        }
        assertThat(world.transcript())
                .anyMatch(
                        line -> line.endsWith("death: sync0 lost its carrier, and peer fw-b does not answer by lan0"));
    }

    @Test
    void eachDirectionGoesByThePathThatIsLeftToIt() {
        start();
        world.cut(CABLE, a, b, true);
        world.cut(LAN, b, a, true);
        work(1_500);
        b.kernel.open(FlowKey.number(9_999), 600);
        b.kernel.endBurst();
        world.runMillis(100);
        assertThat(a.machine.pathsInUse()).isEqualTo(ONLY_LAN);
        assertThat(b.machine.pathsInUse()).isEqualTo(ONLY_CABLE);
        assertThat(a.kernel.flows()).hasSize(flows + 1);
        assertThat(b.kernel.flows()).hasSize(flows + 1);
        assertThat(paths(a).get(CABLE).fault()).isEqualTo("peer fw-b does not hear this node by it");
        assertThat(paths(a).get(LAN).fault()).isEqualTo("nothing comes by it from peer fw-b");
        nobodyNoticed();
    }

    @Test
    void withBothPathsCutThePeerIsLostAndComesBackByEither() {
        start();
        cut(CABLE, true);
        cut(LAN, true);
        world.runMillis(2_000);
        assertThat(a.verdict).isEqualTo(Verdict.LOST);
        assertThat(a.preemptAllowed).isFalse();
        cut(LAN, false);
        work(2_000);
        assertThat(a.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(a.machine.pathsInUse()).isEqualTo(ONLY_LAN);
        assertThat(b.kernel.flows()).hasSize(flows);
    }

    /** A third node is in the LAN only. */
    @Test
    void framesForSeveralPeersGoByThePathThatAllHave() {
        SimulatedNode c = world.add("fw-c");
        for (SimulatedNode node : List.of(a, b)) {
            world.cut(CABLE, node, c, true);
            world.cut(CABLE, c, node, true);
        }
        c.paths = List.of("none0", "lan0");
        c.start();
        start();
        work(1_000);
        world.runMillis(20);
        assertThat(a.machine.pathsInUse()).isEqualTo(ONLY_LAN);
        assertThat(b.kernel.flows()).hasSize(flows);
        assertThat(c.kernel.flows()).hasSize(flows);
        assertThat(paths(a)).extracting(SyncPaths.Status::fault).containsExactly("", "");
        // Without a path that both have, each has its own.
        world.cut(LAN, a, b, true);
        world.cut(LAN, b, a, true);
        work(2_000);
        world.runMillis(20);
        assertThat(a.machine.pathsInUse()).isEqualTo(ONLY_CABLE | ONLY_LAN);
        assertThat(b.kernel.flows()).hasSize(flows);
        assertThat(c.kernel.flows()).hasSize(flows);
        assertThat(a.verdict).isEqualTo(Verdict.IN_SYNC);
    }

    /** An earlier version, or a node whose file names one device. */
    @Test
    void aPeerWithOnePathIsServedByTheOneThatItHas() {
        a.paths = List.of("other0", "sync0");
        b.paths = List.of("sync0");
        // What fw-b has as its first path is the second one of fw-a.
        world.crossed = true;
        a.start();
        b.start();
        world.runMillis(2_000);
        work(1_000);
        world.runMillis(20);
        assertThat(a.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(b.kernel.flows()).hasSize(flows);
        assertThat(a.machine.pathsInUse()).isEqualTo(ONLY_LAN);
    }

    /** Frames of both paths come by each: both devices are ports of one switch. */
    @Test
    void twoDevicesOnOneSegmentTakeEachFrameOnce() {
        world.joined = true;
        start();
        long replayed = b.counter(PfsyncCounter.REPLAYED);
        work(1_000);
        world.runMillis(20);
        assertThat(b.kernel.flows()).hasSize(flows);
        assertThat(b.counter(PfsyncCounter.COPIES)).isPositive();
        assertThat(b.counter(PfsyncCounter.REPLAYED)).isEqualTo(replayed);
        assertThat(b.counter(PfsyncCounter.INSERTS_IN)).isEqualTo(flows);
        nobodyNoticed();
    }

    /** A path that passes shorter frames than its device says, and is not in use, would stop the frames when it has to serve. */
    @Test
    void framesAreAsShortAsEachPathThatLivesNeeds() {
        world.lost = (path, frame) -> path == LAN && frame.length > 1_300;
        start();
        world.runMillis(9_000);
        int bytes = a.machine.status(world.nowNanos()).peers().get(0).pathBytes();
        assertThat(bytes).isBetween(1_240, 1_300);
        cut(CABLE, true);
        work(1_000);
        world.runMillis(50);
        assertThat(b.kernel.flows()).hasSize(flows);
        nobodyNoticed();
    }

    /** What was recorded on the cable and is played on the LAN shows nobody that the LAN works. */
    @Test
    void aRecordingDoesNotMakeAPathAlive() {
        start();
        cut(LAN, true);
        world.runMillis(1_500);
        assertThat(paths(a).get(LAN).fault()).isEqualTo("no way to peer fw-b");
        world.recording = new java.util.ArrayList<>();
        for (int i = 0; i < 20; i++) {
            world.runMillis(100);
            List.copyOf(world.recording).forEach(frame -> b.receive(LAN, frame));
        }
        assertThat(paths(a).get(LAN).fault()).isNotEmpty();
        assertThat(a.machine.pathsInUse()).isEqualTo(ONLY_CABLE);
        nobodyNoticed();
    }
}
