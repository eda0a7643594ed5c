// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.flows;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EndedFlowsTest {
    private static final long SECOND = 1_000_000_000L;

    private final EndedFlows ended = new EndedFlows();

    @Test
    void anEndIsRememberedForAMinuteWithItsVersion() {
        ended.add(1, -2, false, 0);
        ended.add(2, 0, false, 59 * SECOND);
        assertThat(ended.version(1)).isEqualTo(0xffff_fffeL);
        ended.add(3, 0, false, 60 * SECOND);
        assertThat(ended.version(1)).isEqualTo(EndedFlows.NONE);
        assertThat(ended.version(2)).isZero();
    }

    @Test
    void theLaterEndOfAFlowCounts() {
        ended.add(1, 5, false, 0);
        ended.add(1, 9, false, 30 * SECOND);
        ended.add(2, 0, false, 61 * SECOND);
        assertThat(ended.version(1)).isEqualTo(9);
    }

    @Test
    void theMemoryIsBoundedAndTheOldestGoesFirst() {
        for (int i = 0; i < 70_000; i++) {
            ended.add(i, i, false, SECOND);
        }
        assertThat(ended.version(0)).isEqualTo(EndedFlows.NONE);
        assertThat(ended.version(70_000 - 65_536 - 1)).isEqualTo(EndedFlows.NONE);
        assertThat(ended.version(70_000 - 65_536)).isEqualTo(70_000 - 65_536);
        assertThat(ended.version(69_999)).isEqualTo(69_999);
    }
}
