// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A machine that stands still each second does not fill the log. */
class StandstillsTest {
    @Test
    void isToldOnceAMinuteWithHowOftenItWas() {
        Standstills standstills = new Standstills();
        assertThat(standstills.line(300, 0))
                .hasValueSatisfying(
                        line -> assertThat(line).contains("stood still for 300 ms: this machine was suspended"));
        for (int second = 1; second < 60; second++) {
            assertThat(standstills.line(300, TimeUnit.SECONDS.toNanos(second))).isEmpty();
        }
        assertThat(standstills.line(400, TimeUnit.SECONDS.toNanos(60)))
                .hasValueSatisfying(line -> assertThat(line).contains("400 ms, and 59 times since the last such line"));
    }
}
