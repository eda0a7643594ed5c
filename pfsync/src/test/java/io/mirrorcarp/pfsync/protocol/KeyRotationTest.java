// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The keys of a running pair change step by step, under traffic and loss, and nobody notices. */
class KeyRotationTest {
    private static final byte[] OLD = SimulatedNode.SECRET;
    private static final byte[] NEW = newSecret();

    private final World world = new World(8);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");
    private int flows;

    private static byte[] newSecret() {
        byte[] secret = new byte[Keyring.MIN_SECRET_BYTES];
        Arrays.fill(secret, (byte) 7);
        return secret;
    }

    @BeforeEach
    void inSync() {
        a.start();
        b.start();
        world.runMillis(1_000);
        assertThat(a.verdict).isEqualTo(Verdict.IN_SYNC);
        world.transcript().clear();
    }

    private void traffic(int millis) {
        for (int i = 0; i < millis; i += 10) {
            a.kernel.open(FlowKey.number(++flows), 600);
            a.kernel.endBurst();
            world.runMillis(10);
        }
    }

    private void step(Keyring keyring) {
        for (SimulatedNode node : new SimulatedNode[] {a, b}) {
            node.machine.useKeys(keyring);
            traffic(300);
        }
    }

    @Test
    void aKeyIsReplacedInThreeStepsWithoutAGap() {
        world.loss = 0.05;
        step(new Keyring(Map.of(1, OLD, 2, NEW), 1));
        step(new Keyring(Map.of(1, OLD, 2, NEW), 2));
        step(new Keyring(Map.of(2, NEW), 2));
        world.loss = 0;
        world.runMillis(1_000);
        assertThat(b.kernel.flows()).hasSize(flows).hasSameSizeAs(a.kernel.flows());
        assertThat(a.counter(PfsyncCounter.BAD_AUTH) + b.counter(PfsyncCounter.BAD_AUTH))
                .isZero();
        assertThat(world.transcript())
                .as("changes of a verdict, restarts, losses")
                .isEmpty();
    }

    @Test
    void whatWasNotAcknowledgedIsSealedAnewWhenItsKeyGoes() {
        Keyring both = new Keyring(Map.of(1, OLD, 2, NEW), 1);
        a.machine.useKeys(both);
        b.machine.useKeys(both);
        world.isLost = frame -> true;
        traffic(300);
        Keyring onlyNew = new Keyring(Map.of(2, NEW), 2);
        a.machine.useKeys(onlyNew);
        b.machine.useKeys(onlyNew);
        world.isLost = frame -> false;
        world.runMillis(2_000);
        assertThat(b.kernel.flows()).hasSize(flows).hasSameSizeAs(a.kernel.flows());
        assertThat(a.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(b.counter(PfsyncCounter.BAD_AUTH)).isZero();
    }

    @Test
    void aNodeThatLacksTheActiveKeyHearsNothingUntilItHasIt() {
        a.machine.useKeys(new Keyring(Map.of(1, OLD, 2, NEW), 2));
        traffic(3_000);
        assertThat(b.counter(PfsyncCounter.BAD_AUTH)).isPositive();
        assertThat(b.verdict).isEqualTo(Verdict.LOST);
        b.machine.useKeys(new Keyring(Map.of(1, OLD, 2, NEW), 2));
        traffic(2_000);
        world.runMillis(1_000);
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(b.kernel.flows()).hasSize(flows);
    }
}
