// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.conntrack.io.TableWatch.Reading;
import org.junit.jupiter.api.Test;

class TableAlarmTest {
    private final TableAlarm alarm = new TableAlarm();

    @Test
    void warnsOnceBeforeTheTableIsFullAndOnceWhenItHasRoomAgain() {
        assertThat(alarm.onReading(new Reading(89_999, 100_000, 0))).isEmpty();
        assertThat(alarm.onReading(new Reading(90_000, 100_000, 0)))
                .singleElement()
                .asString()
                .contains("90 % full, 90000 of 100000")
                .contains("nf_conntrack_max");
        assertThat(alarm.onReading(new Reading(99_000, 100_000, 0))).isEmpty();
        assertThat(alarm.onReading(new Reading(85_000, 100_000, 0))).isEmpty();
        assertThat(alarm.onReading(new Reading(79_000, 100_000, 0)))
                .singleElement()
                .asString()
                .contains("has room again");
        assertThat(alarm.onReading(new Reading(95_000, 100_000, 0))).hasSize(1);
    }

    @Test
    void warnsOnceOfEndedEntriesThatNobodyIsToldOf() {
        assertThat(alarm.onReading(new Reading(5_000, 100_000, 999))).isEmpty();
        assertThat(alarm.onReading(new Reading(5_000, 100_000, 4_000)))
                .singleElement()
                .asString()
                .contains("4000 entries have ended");
        assertThat(alarm.onReading(new Reading(5_000, 100_000, 600))).isEmpty();
        assertThat(alarm.onReading(new Reading(5_000, 100_000, 0))).hasSize(1);
    }

    @Test
    void aKernelWithoutATableIsNeverFull() {
        assertThat(alarm.onReading(Reading.NONE)).isEmpty();
        assertThat(Reading.NONE.percent()).isZero();
    }
}
