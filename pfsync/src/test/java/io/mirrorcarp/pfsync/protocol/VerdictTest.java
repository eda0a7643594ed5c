// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Each verdict is reached, and left when its cause is gone. */
class VerdictTest {
    private static final byte STREAM = 0x29;
    private static final long MILLISECOND_NANOS = 1_000_000;

    private final World world = new World(5);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");
    private int flows;

    private void startInSync() {
        a.start();
        b.start();
        world.runMillis(1_000);
        assertThat(List.of(a.verdict, b.verdict)).containsOnly(Verdict.IN_SYNC);
    }

    private void openAtA(int count) {
        for (int i = 0; i < count; i++) {
            a.kernel.open(FlowKey.number(++flows), 600);
        }
        a.kernel.endBurst();
    }

    /** Runs until a node has a verdict; false after two seconds. */
    private boolean reaches(SimulatedNode node, Verdict verdict) {
        for (int millis = 0; millis < 2_000 && node.verdict != verdict; millis++) {
            world.runMillis(1);
        }
        return node.verdict == verdict;
    }

    @Test
    void aloneUntilAPeerIsThereAndWhenItHasStopped() {
        a.start();
        world.runMillis(2_000);
        assertThat(a.verdict).isEqualTo(Verdict.ALONE);
        b.start();
        assertThat(reaches(a, Verdict.IN_SYNC)).isTrue();
        b.stop();
        world.runMillis(100);
        assertThat(a.verdict).isEqualTo(Verdict.ALONE);
    }

    @Test
    void bulkWhileTheTableComes() {
        a.start();
        openAtA(20_000);
        world.runMillis(2_000);
        b.start();
        assertThat(reaches(b, Verdict.BULK)).isTrue();
        assertThat(b.machine.status(world.nowNanos()).bulkRunning()).isTrue();
        assertThat(b.demoted).isTrue();
        assertThat(reaches(b, Verdict.IN_SYNC)).isTrue();
        assertThat(b.kernel.flows()).hasSize(20_000);
    }

    @Test
    void laggingWhileTheStreamIsLostAndHeartbeatsAreNot() {
        startInSync();
        world.isLost = frame -> frame[18] == STREAM;
        openAtA(10);
        world.runMillis(400);
        assertThat(List.of(a.verdict, b.verdict)).as("a short loss").containsOnly(Verdict.IN_SYNC);
        world.runMillis(400);
        assertThat(List.of(a.verdict, b.verdict)).containsOnly(Verdict.LAGGING);
        assertThat(a.machine.status(world.nowNanos()).peers().get(0).lagNanos())
                .as("how long the oldest change waits")
                .isBetween(700 * MILLISECOND_NANOS, 900 * MILLISECOND_NANOS);
        world.isLost = frame -> false;
        world.runMillis(1_000);
        assertThat(List.of(a.verdict, b.verdict)).containsOnly(Verdict.IN_SYNC);
        assertThat(b.kernel.flows()).hasSize(10);
    }

    @Test
    void oneWayWhereThePeerIsHeardAndDoesNotHear() {
        startInSync();
        world.cut(a, b, true);
        assertThat(reaches(a, Verdict.ONE_WAY)).isTrue();
        assertThat(reaches(b, Verdict.LOST)).isTrue();
        world.mendAll();
        assertThat(reaches(a, Verdict.IN_SYNC)).isTrue();
    }

    @Test
    void lostWhenThePeerFallsSilent() {
        startInSync();
        b.kill();
        world.runMillis(600);
        assertThat(a.verdict).as("too early to say").isEqualTo(Verdict.IN_SYNC);
        world.runMillis(500);
        assertThat(a.verdict).isEqualTo(Verdict.LOST);
        b.start();
        assertThat(reaches(a, Verdict.IN_SYNC)).isTrue();
    }

    @Test
    void theLagIsTheTimeFromTheEventToTheAcknowledgedImport() {
        startInSync();
        long delayNanos = 30 * MILLISECOND_NANOS;
        world.shortestDelayNanos = delayNanos;
        openAtA(1);
        world.runMillis(59);
        assertThat(a.machine.status(world.nowNanos()).peers().get(0).lagNanos())
                .as("the change waits, since the way there and back takes 60 ms")
                .isGreaterThanOrEqualTo(58 * MILLISECOND_NANOS);
        world.runMillis(500);
        assertThat(b.kernel.flows()).hasSize(1);
        assertThat(a.machine.status(world.nowNanos()).peers().get(0).lagNanos())
                .isBetween(2 * delayNanos, 2 * delayNanos + 20 * MILLISECOND_NANOS);
        world.runMillis(10_000);
        assertThat(a.machine.status(world.nowNanos()).peers().get(0).lagNanos())
                .as("of a pair that has nothing to say")
                .isZero();
    }
}
