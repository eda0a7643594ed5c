// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.auth.FrameSealer;
import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.message.Control;
import io.mirrorcarp.pfsync.message.ControlCodec;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes find one another while somebody on the sync network sends whatever he has, to both at once. */
class HandshakeUnderAttackTest {
    private static final int FRAMES_PER_SECOND = 20_000;
    private static final int LIMIT_MILLIS = 3_000;

    private final World world = new World(43);
    private final Random random = new Random(9);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");

    @BeforeEach
    void record() {
        world.recording = new ArrayList<>();
    }

    private void restartBoth(int millis) {
        for (SimulatedNode node : List.of(a, b)) {
            if (node.isUp()) {
                node.kill();
            }
            node.start();
        }
        world.runMillis(millis);
    }

    /** Sends frames to both for as long as the test looks, in this order, over and over again. */
    private void attack(List<byte[]> frames) {
        int count = LIMIT_MILLIS * FRAMES_PER_SECOND / 1_000;
        for (int i = 0; i < count; i++) {
            byte[] frame = frames.get(i % frames.size());
            world.after(i * 1_000_000_000L / FRAMES_PER_SECOND, () -> {
                a.receive(frame);
                b.receive(frame);
            });
        }
    }

    /** Whether a node is in sync with the other's present life; who plays recorded heartbeats may be shown beside it as a peer that does not hear it. */
    private boolean isInSync(SimulatedNode node, SimulatedNode other) {
        return node.machine.hears(other.creatorId, other.machine.epoch())
                && node.machine.status(world.nowNanos()).peers().stream()
                        .anyMatch(peer -> peer.creatorId() == other.creatorId && peer.verdict() == Verdict.IN_SYNC);
    }

    private void assertInSync() {
        int millis = 0;
        while (millis < LIMIT_MILLIS && !(isInSync(a, b) && isInSync(b, a))) {
            world.runMillis(10);
            millis += 10;
        }
        assertThat(isInSync(a, b))
                .as("of fw-a within so many milliseconds: " + millis)
                .isTrue();
        assertThat(isInSync(b, a))
                .as("of fw-b within so many milliseconds: " + millis)
                .isTrue();
    }

    @Test
    void framesOfManyFormerLivesOfBoth() {
        for (int life = 0; life < 40; life++) {
            restartBoth(300);
        }
        List<byte[]> recorded = new ArrayList<>(world.recording);
        world.recording = null;
        Collections.shuffle(recorded, random);
        attack(recorded);
        restartBoth(0);
        assertInSync();
    }

    @Test
    void heartbeatsOfNineHundredLivesOfThirtyNodesThatAreNoMore() {
        List<FrameSealer> lives = new ArrayList<>();
        for (int life = 0; life < 900; life++) {
            int creator = life % 3 == 0 ? a.creatorId : 1_000 + life % 30;
            lives.add(new FrameSealer(
                    new Keyring(Map.of(1, SimulatedNode.SECRET), 1), creator, random.nextLong(1L << 60)));
        }
        List<byte[]> recorded = new ArrayList<>();
        for (int number = 1; number <= 60; number++) {
            Collections.shuffle(lives, random);
            for (FrameSealer life : lives) {
                recorded.add(heartbeat(life, number));
            }
        }
        attack(recorded);
        restartBoth(0);
        assertInSync();
    }

    private byte[] heartbeat(FrameSealer life, int number) {
        Control control = new Control();
        control.heartbeat = true;
        control.node = "of old";
        control.addReport(b.creatorId, random.nextLong() >>> 1, number, 0, 64, true);
        byte[] payload = new byte[ControlCodec.MAX_BYTES];
        byte[] frame = new byte[ControlCodec.MAX_BYTES + FrameSealer.OVERHEAD_BYTES];
        int length = new ControlCodec().write(control, payload, 0);
        return Arrays.copyOf(frame, life.seal(false, number, payload, length, frame));
    }

    /** Each names another sender, so each would cost a key derivation. */
    @Test
    void forgedFramesOfStrangers() {
        Keyring another = new Keyring(Map.of(1, new byte[Keyring.MIN_SECRET_BYTES]), 1);
        List<byte[]> forged = new ArrayList<>();
        for (int i = 0; i < FRAMES_PER_SECOND; i++) {
            forged.add(heartbeat(new FrameSealer(another, 1 + random.nextInt(1 << 30), random.nextLong(1L << 60)), 1));
        }
        attack(forged);
        restartBoth(0);
        assertInSync();
        world.runMillis(1_000);
        assertThat(isInSync(a, b) && isInSync(b, a)).as("and stay so").isTrue();
        assertThat(b.counter(PfsyncCounter.UNVERIFIED)).isPositive();
        assertThat(b.counter(PfsyncCounter.BAD_AUTH)).isPositive();
        assertThat(b.counter(PfsyncCounter.RETRANSMITS)).isZero();
    }

    /** A recording serves once: the second time none of it is opened, answered or reported. */
    @Test
    void aRecordingIsHeardOnce() {
        restartBoth(1_000);
        List<byte[]> recorded = new ArrayList<>(world.recording);
        a.kill();
        b.kill();
        b.start();
        recorded.forEach(b::receive);
        world.runMillis(2_000);
        assertThat(b.verdict).as("nobody is there").isEqualTo(Verdict.ALONE);
        long replayed = b.counter(PfsyncCounter.REPLAYED);
        long sent = b.counter(PfsyncCounter.HEARTBEATS_OUT);
        for (int i = 0; i < 100; i++) {
            recorded.forEach(b::receive);
            world.runMillis(10);
        }
        assertThat(b.counter(PfsyncCounter.REPLAYED)).isGreaterThan(replayed + 100);
        assertThat(b.counter(PfsyncCounter.HEARTBEATS_OUT) - sent)
                .as("four a second, as without")
                .isLessThan(6);
    }
}
