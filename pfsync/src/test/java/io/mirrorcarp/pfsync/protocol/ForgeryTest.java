// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.auth.FrameSealer;
import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.message.BucketSet;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.ChangeEncoder;
import io.mirrorcarp.pfsync.message.Control;
import io.mirrorcarp.pfsync.message.ControlCodec;
import io.mirrorcarp.pfsync.session.PeerTable;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an attacker on the sync network can send, and that it changes nothing. */
class ForgeryTest {
    private final World world = new World(42);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");

    @BeforeEach
    void inSync() {
        world.recording = new ArrayList<>();
        open(1, 50);
        a.start();
        b.start();
        world.runMillis(500);
        open(51, 100);
        world.runMillis(500);
        assertThat(b.kernel.flows()).hasSize(100);
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
    }

    private void open(int from, int to) {
        for (int number = from; number <= to; number++) {
            a.kernel.open(FlowKey.number(number), 600);
        }
        a.kernel.endBurst();
    }

    private List<byte[]> takeRecording() {
        List<byte[]> taken = world.recording;
        world.recording = new ArrayList<>();
        return taken;
    }

    @Test
    void framesPlayedAgainAreCountedAndDoNothing() {
        List<byte[]> recorded = takeRecording();
        b.kernel.flows().clear();
        long before = b.counter(PfsyncCounter.REPLAYED);
        recorded.forEach(b::receive);
        assertThat(b.kernel.flows()).isEmpty();
        assertThat(b.counter(PfsyncCounter.REPLAYED)).isGreaterThan(before + 10);
        world.runMillis(2_000);
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
    }

    @Test
    void framesFromBeforeARestartOfBothDoNothing() {
        List<byte[]> recorded = takeRecording();
        a.kill();
        b.kill();
        a.kernel.clear();
        b.kernel.clear();
        b.start();
        world.runMillis(100);
        recorded.forEach(b::receive);
        world.runMillis(3_000);
        assertThat(b.kernel.flows()).isEmpty();
        assertThat(b.verdict).isNotEqualTo(Verdict.IN_SYNC);
        a.start();
        world.runMillis(1_000);
        recorded.forEach(b::receive);
        recorded.forEach(a::receive);
        world.runMillis(1_000);
        assertThat(a.kernel.flows()).isEmpty();
        assertThat(b.kernel.flows()).isEmpty();
        assertThat(a.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
    }

    @Test
    void framesOfThePeersFormerLifeDoNotDisturbItsPresentOne() {
        List<byte[]> recorded = takeRecording();
        a.kill();
        a.kernel.clear();
        a.start();
        world.runMillis(1_000);
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
        b.kernel.flows().clear();
        takeRecording();
        recorded.forEach(b::receive);
        world.runMillis(3_000);
        assertThat(b.kernel.flows()).isEmpty();
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(world.transcript())
                .filteredOn(line -> line.contains("fw-b pfsync: peer fw-a restarted"))
                .hasSize(1);
    }

    @Test
    void framesFromBeforeARestartOfTheReceiverDoNothing() {
        List<byte[]> recorded = takeRecording();
        b.kill();
        b.kernel.clear();
        world.cut(a, b, true);
        b.start();
        recorded.forEach(b::receive);
        world.runMillis(500);
        recorded.forEach(b::receive);
        world.runMillis(500);
        assertThat(b.kernel.flows()).isEmpty();
        assertThat(b.machine.status(world.nowNanos()).peers())
                .allSatisfy(peer -> assertThat(peer.verdict()).isNotEqualTo(Verdict.IN_SYNC));
    }

    @Test
    void aFloodOfGarbageLeavesTheTableAndThePeersAsTheyAre() {
        Random random = new Random(5);
        List<byte[]> recorded = takeRecording();
        String before = b.machine.status(world.nowNanos()).toString();
        int flows = b.kernel.flows().size();
        for (int i = 0; i < 22_000; i++) {
            byte[] garbage;
            if (i % 2 == 0) {
                garbage = new byte[random.nextInt(1480)];
                random.nextBytes(garbage);
            } else {
                garbage = recorded.get(random.nextInt(recorded.size())).clone();
                garbage[random.nextInt(garbage.length)] ^= (byte) (1 << random.nextInt(8));
            }
            b.machine.onFrame(0, garbage, 0, garbage.length, world.nowNanos());
        }
        assertThat(b.kernel.flows()).hasSize(flows);
        assertThat(b.machine.status(world.nowNanos())).hasToString(before);
        assertThat(b.counter(PfsyncCounter.BAD_AUTH)).isGreaterThan(500);
        assertThat(b.counter(PfsyncCounter.BAD_VERSION)).isGreaterThan(9_000);
    }

    /** A node that holds a key may still be broken: what it seals is bounded like anything else. */
    @Test
    void aBrokenPeerWithAKeyCannotExhaustTheNode() {
        Random random = new Random(6);
        Keyring keyring = new Keyring(Map.of(1, SimulatedNode.SECRET), 1);
        Control control = new Control();
        ControlCodec codec = new ControlCodec();
        byte[] payload = new byte[ControlCodec.MAX_BYTES];
        byte[] frame = new byte[ControlCodec.MAX_BYTES + FrameSealer.OVERHEAD_BYTES];
        for (int creator = 1000; creator < 1100; creator++) {
            FrameSealer sealer = new FrameSealer(keyring, creator, 1 + random.nextLong(1L << 40));
            for (int number = 1; number < 20; number++) {
                control.clear();
                control.heartbeat = true;
                control.sent = random.nextLong() >>> 1;
                control.oldest = random.nextLong() >>> 1;
                control.addReport(
                        b.creatorId,
                        b.machine.epoch(),
                        random.nextLong() >>> 1,
                        random.nextLong() >>> 1,
                        -1,
                        random.nextBoolean());
                control.addRepair(b.creatorId, b.machine.epoch(), 0, Long.MAX_VALUE);
                control.addBulkRequest(
                        b.creatorId,
                        b.machine.epoch(),
                        1 + random.nextInt(9),
                        true,
                        random.nextBoolean(),
                        random.nextBoolean(),
                        new BucketSet());
                int length = codec.write(control, payload, 0);
                b.receive(Arrays.copyOf(frame, sealer.seal(false, number, payload, length, frame)));
            }
        }
        assertThat(b.machine.status(world.nowNanos()).peers()).hasSizeLessThanOrEqualTo(PeerTable.MAX_PEERS);
        assertThat(b.counter(PfsyncCounter.BAD_STATE)).isPositive();
        world.runMillis(3_000);
        assertThat(b.machine.hears(a.creatorId, a.machine.epoch())).isTrue();
    }

    @Test
    void malformedChangesOfAPeerWithAKeyAreCountedByTheirKind() {
        Keyring keyring = new Keyring(Map.of(1, SimulatedNode.SECRET), 1);
        FrameSealer sealer = new FrameSealer(keyring, 77, 99);
        Control control = new Control();
        control.heartbeat = true;
        control.node = "strange";
        control.addReport(b.creatorId, b.machine.epoch(), 1L << 40, 0, 0, false);
        byte[] buffer = new byte[4096];
        byte[] frame = new byte[8192];
        int length = new ControlCodec().write(control, buffer, 0);
        b.receive(Arrays.copyOf(frame, sealer.seal(false, 1, buffer, length, frame)));
        byte[] unknownAction = {0x0a, 2, 8, 9};
        byte[] cut = {0x0a, 9, 8, 1};
        byte[] outOfRange = {0x0a, 3, 0x28, (byte) 0x80, 2};
        b.receive(Arrays.copyOf(frame, sealer.seal(true, 1, unknownAction, unknownAction.length, frame)));
        b.receive(Arrays.copyOf(frame, sealer.seal(true, 2, cut, cut.length, frame)));
        b.receive(Arrays.copyOf(frame, sealer.seal(true, 3, outOfRange, outOfRange.length, frame)));
        assertThat(b.counter(PfsyncCounter.BAD_ACTION)).isEqualTo(1);
        assertThat(b.counter(PfsyncCounter.BAD_LENGTH)).isEqualTo(1);
        assertThat(b.counter(PfsyncCounter.BAD_VALUES)).isEqualTo(1);
        assertThat(b.kernel.flows()).hasSize(100);
    }

    @Test
    void aPeerCannotEndAFlowThatItDoesNotOwn() {
        Keyring keyring = new Keyring(Map.of(1, SimulatedNode.SECRET), 1);
        FrameSealer sealer = new FrameSealer(keyring, 77, 99);
        Control control = new Control();
        control.heartbeat = true;
        control.node = "third";
        control.addReport(b.creatorId, b.machine.epoch(), 1L << 40, 0, 0, false);
        byte[] buffer = new byte[4096];
        byte[] frame = new byte[8192];
        int length = new ControlCodec().write(control, buffer, 0);
        b.receive(Arrays.copyOf(frame, sealer.seal(false, 1, buffer, length, frame)));
        Change change = new Change();
        change.action = io.mirrorcarp.pfsync.message.Action.DELETE;
        FlowKey.number(55).writeTo(change.state);
        length = new ChangeEncoder().write(change, buffer, 0);
        b.receive(Arrays.copyOf(frame, sealer.seal(true, 1, buffer, length, frame)));
        assertThat(b.counter(PfsyncCounter.STALE)).isEqualTo(1);
        assertThat(b.kernel.flows()).hasSize(100);
    }

    @Test
    void anotherNodeWithTheSameHostIdIsReportedOnce() {
        Keyring keyring = new Keyring(Map.of(1, SimulatedNode.SECRET), 1);
        FrameSealer sealer = new FrameSealer(keyring, b.creatorId, 99);
        byte[] frame = new byte[256];
        for (int number = 1; number < 10; number++) {
            b.receive(Arrays.copyOf(frame, sealer.seal(false, number, new byte[0], 0, frame)));
        }
        assertThat(b.counter(PfsyncCounter.DUPLICATE_HOST_ID)).isEqualTo(9);
        assertThat(world.transcript())
                .filteredOn(line -> line.contains("has this node's host id 11"))
                .hasSize(1);
    }
}
