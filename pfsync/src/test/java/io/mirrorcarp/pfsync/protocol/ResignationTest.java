// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Virtual hosts that a master leaves, told over the sync network. */
class ResignationTest {
    private static final int VHID = 7;
    private static final long ADDRESSES = 0x1122334455667788L;
    private static final String HEARD = "hears that a peer resigned vhid 7 of 1122334455667788";

    private final World world = new World(1);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");

    private void start() {
        a.start();
        b.start();
        world.runMillis(1_000);
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
        world.transcript().clear();
    }

    private void resign() {
        a.machine.resign(VHID, ADDRESSES, world.nowNanos());
    }

    private long heard() {
        return world.transcript().stream().filter(line -> line.endsWith(HEARD)).count();
    }

    @Test
    void isToldAtOnce() {
        start();
        resign();
        world.runMillis(1);
        assertThat(heard()).isBetween(1L, 3L);
        assertThat(b.counter(PfsyncCounter.RESIGNATIONS_IN)).isEqualTo(heard());
        assertThat(a.counter(PfsyncCounter.RESIGNATIONS_OUT)).isEqualTo(3);
    }

    @Test
    void needsOneOfThreeFrames() {
        start();
        AtomicInteger sent = new AtomicInteger();
        world.isLost = frame -> sent.incrementAndGet() <= 2;
        resign();
        world.runMillis(1);
        assertThat(heard()).isEqualTo(1);
    }

    @Test
    void comesAfterTheFlowsThatWereThereBefore() {
        start();
        world.longestDelayNanos = 1;
        a.kernel.open(FlowKey.number(1), 600);
        resign();
        List<Boolean> hasFlow = new ArrayList<>();
        b.onResigned = () -> hasFlow.add(b.kernel.flows().containsKey(FlowKey.number(1)));
        world.runMillis(1);
        assertThat(hasFlow).isNotEmpty().containsOnly(true);
    }

    @Test
    void isNotHeardAgainWhenItIsReplayed() {
        start();
        world.recording = new ArrayList<>();
        resign();
        world.runMillis(1);
        long before = heard();
        List<byte[]> recorded = List.copyOf(world.recording);
        recorded.forEach(b::receive);
        assertThat(heard()).isEqualTo(before);
        b.kill();
        b.start();
        world.runMillis(1_000);
        recorded.forEach(b::receive);
        a.kill();
        a.start();
        world.runMillis(1_000);
        recorded.forEach(b::receive);
        assertThat(heard()).isEqualTo(before);
    }

    @Test
    void isNotHeardOfWhoHasNotTheKeyNorWhenItIsChanged() {
        start();
        world.recording = new ArrayList<>();
        world.cut(a, b, true);
        resign();
        for (byte[] frame : world.recording) {
            byte[] changed = Arrays.copyOf(frame, frame.length);
            changed[frame.length - 20] ^= 1;
            b.receive(changed);
        }
        world.mendAll();
        SimulatedNode stranger = world.add("stranger");
        stranger.keyring = new Keyring(Map.of(1, new byte[32]), 1);
        stranger.start();
        world.runMillis(500);
        stranger.machine.resign(VHID, ADDRESSES, world.nowNanos());
        world.runMillis(500);
        assertThat(heard()).isZero();
    }

    @Test
    void isNotHeardOfALifeWithoutASession() {
        a.start();
        resign();
        b.start();
        List<byte[]> recorded = new ArrayList<>();
        world.recording = recorded;
        resign();
        recorded.forEach(b::receive);
        assertThat(heard()).isZero();
    }
}
