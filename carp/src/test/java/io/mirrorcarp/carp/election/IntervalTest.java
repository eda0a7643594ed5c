// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.carp.Vectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class IntervalTest {
    @TestFactory
    Stream<DynamicTest> everyTimeIsThatOfTheBsdsToTheMicrosecond() {
        return Vectors.timers().stream().map(vector -> {
            int advbase = vector.getInteger("advbase");
            int advskew = vector.getInteger("advskew");
            return DynamicTest.dynamicTest(advbase + " and " + advskew, () -> {
                assertThat(Interval.micros(advbase, advskew)).isEqualTo(vector.getLong("interval_us"));
                assertThat(DownTimer.OPENBSD.micros(advbase, advskew))
                        .isEqualTo(vector.getLong("master_down_openbsd_us"));
                if (advbase > 0) {
                    assertThat(DownTimer.FREEBSD.micros(advbase, advskew))
                            .isEqualTo(vector.getLong("master_down_freebsd_dragonfly_us"));
                }
            });
        });
    }

    @Test
    void withAdvbase0BothFormulasWaitForThreeIntervals() {
        assertThat(DownTimer.FREEBSD.micros(0, 20)).isEqualTo(234_375).isEqualTo(DownTimer.OPENBSD.micros(0, 20));
        assertThat(DownTimer.FREEBSD.nanos(0, 0)).isEqualTo(11_718_000);
        assertThat(Interval.nanos(0, 0)).isEqualTo(3_906_000);
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThat(((CarpRules) CarpSettings.of(1, 0, 0).rules()).advbase()).isZero();
        assertThat(CarpSettings.of(255, 255, 254).vhid()).isEqualTo(255);
        assertThatThrownBy(() -> CarpSettings.of(0, 1, 0)).hasMessageContaining("vhid");
        assertThatThrownBy(() -> CarpSettings.of(256, 1, 0)).hasMessageContaining("vhid");
        assertThatThrownBy(() -> CarpSettings.of(1, 256, 0)).hasMessageContaining("advbase");
        assertThatThrownBy(() -> CarpSettings.of(1, -1, 0)).hasMessageContaining("advbase");
        assertThatThrownBy(() -> CarpSettings.of(1, 1, 255)).hasMessageContaining("advskew");
        assertThatThrownBy(() -> TakeoverSettings.AT_ONCE.withBarrier(-1)).hasMessageContaining("negative");
    }

    @Test
    void aVhidCannotChange() {
        var instance = new CarpInstance(CarpSettings.of(1, 1, 0), () -> 0, AdvertTurn.ALONE);
        assertThatThrownBy(() -> instance.onSettings(CarpSettings.of(2, 1, 0), 0))
                .hasMessageContaining("vhid");
    }
}
