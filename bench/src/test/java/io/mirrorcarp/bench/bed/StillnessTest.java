// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.bed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StillnessTest {
    private double speed = 2;
    private long idleTicks;
    private long stolenTicks;
    private final Stillness stillness =
            new Stillness(() -> speed, () -> "cpu  0 0 0 %d 0 0 0 %d 0 0\n".formatted(idleTicks, stolenTicks));

    private void pass(long idle, long stolen) {
        idleTicks += idle;
        stolenTicks += stolen;
    }

    @Test
    void aRoundThatNothingDisturbsIsStill() {
        assertThat(stillness.during(() -> speed = 1.9)).isEmpty();
    }

    @Test
    void aSlowerMachineBeforeOrAfterIsADisturbance() {
        assertThat(stillness.during(() -> speed = 1.7))
                .hasValue("after it the processors did 85 % of what they can do");
        assertThat(stillness.during(() -> pass(0, 0)))
                .hasValue("before it the processors did 85 % of what they can do");
    }

    @Test
    void nothingRunsOnAMachineThatIsNeverStill() {
        speed = 1;
        assertThat(stillness.during(() -> speed = 2)).isPresent();
        assertThat(speed).isEqualTo(1);
    }

    @Test
    void aMachineThatTurnsOutToBeFasterIsMeasuredByThat() {
        assertThat(stillness.during(() -> speed = 3)).isEmpty();
        speed = 2;
        assertThat(stillness.during(() -> {})).isPresent();
    }

    @Test
    void whatTheHostGivesToOthersIsADisturbance() {
        assertThat(stillness.during(() -> pass(981, 19))).isEmpty();
        assertThat(stillness.during(() -> pass(970, 30))).hasValue("the host gave 3.0 % of the processors to others");
    }

    @Test
    void theArithmeticRunsOnAllCores() {
        assertThat(Spin.stepsPerNano()).isPositive();
    }
}
