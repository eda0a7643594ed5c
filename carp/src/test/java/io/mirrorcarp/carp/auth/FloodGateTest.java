// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FloodGateTest {
    private static final long SECOND = 1_000_000_000;

    private final FloodGate gate = new FloodGate();
    private long nowNanos = 5 * SECOND;

    /** Frames at an even pace, of which the kernel passes on what the gate asks for. */
    private void come(int perSecond, double seconds) {
        long end = nowNanos + (long) (seconds * SECOND);
        double passed = 0;
        while (nowNanos < end) {
            nowNanos += SECOND / perSecond;
            passed += gate.share();
            if (passed >= 1) {
                passed -= 1;
                gate.onRefused(nowNanos);
            }
            gate.onDeadline(nowNanos);
        }
    }

    @Test
    void whatIsBorneEasilyIsNoFlood() {
        come(1_500, 10);
        assertThat(gate.isOn()).isFalse();
        assertThat(gate.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aFloodIsNoticedAtOnceAndAFewOfItAreLookedAt() {
        come(50_000, 0.005);
        assertThat(gate.isOn()).isTrue();
        come(50_000, 3);
        assertThat(gate.perSecond()).isBetween(45_000L, 55_000L);
        assertThat(gate.share()).isCloseTo(0.01, within(0.002));
        assertThat(gate.floods()).isEqualTo(1);
    }

    @Test
    void aFloodThatGrowsIsSievedMore() {
        come(4_000, 2);
        double before = gate.share();
        come(200_000, 1);
        assertThat(gate.share()).isLessThan(before / 5);
    }

    @Test
    void everythingIsLookedAtAgainWithinASecondOfItsEnd() {
        come(50_000, 3);
        nowNanos = gate.nextDeadlineNanos();
        assertThat(gate.onDeadline(nowNanos)).isTrue();
        nowNanos = gate.isOn() ? gate.nextDeadlineNanos() : nowNanos;
        gate.onDeadline(nowNanos);
        assertThat(gate.isOn()).isFalse();
        assertThat(gate.share()).isEqualTo(1);
        come(1_000, 2);
        assertThat(gate.isOn()).isFalse();
    }
}
