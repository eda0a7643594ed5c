// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.message.Control;
import io.mirrorcarp.pfsync.message.FrameHeader;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CandidatesTest {
    private static final long MILLISECOND = 1_000_000;

    private final Candidates candidates = new Candidates();
    private final FrameHeader header = new FrameHeader();
    private final Control control = new Control();
    private long nowNanos = 77;

    private void hear(int creatorId, long epoch, long number) {
        header.creatorId = creatorId;
        header.epoch = epoch;
        header.sequence = number;
        candidates.add(header, control, 5, nowNanos);
    }

    private Set<Long> report() {
        control.clear();
        candidates.report(control, nowNanos);
        Set<Long> epochs = new HashSet<>();
        for (int i = 0; i < control.reportCount; i++) {
            epochs.add(control.reportEpoch[i]);
        }
        assertThat(epochs).hasSize(control.reportCount);
        return epochs;
    }

    @Test
    void everyFreshLifeHasItsTurnAndNewOnesComeFirst() {
        for (int life = 1; life <= 40; life++) {
            hear(7, life, 1);
        }
        Set<Long> reported = new HashSet<>();
        for (int turn = 0; turn < 5; turn++) {
            nowNanos += MILLISECOND;
            reported.addAll(report());
        }
        assertThat(reported).hasSize(40);
        hear(7, 99, 1);
        nowNanos += MILLISECOND;
        assertThat(report()).contains(99L).hasSize(Candidates.REPORTED_AT_ONCE);
    }

    @Test
    void theHighestNumberIsReportedAndNoneThatIsLowerCounts() {
        hear(7, 1, 10);
        hear(7, 1, 9);
        report();
        assertThat(control.reportHeard[0]).isEqualTo(10);
        assertThat(candidates.isReplay(header)).isTrue();
        header.sequence = 11;
        assertThat(candidates.isReplay(header)).isFalse();
        header.creatorId = 8;
        assertThat(candidates.has(header)).as("the same epoch of another node").isFalse();
    }

    @Test
    void aSilentLifeIsRememberedAndNotReported() {
        hear(7, 1, 10);
        nowNanos += Candidates.FRESH_NANOS + 1;
        assertThat(report()).isEmpty();
        assertThat(candidates.isReplay(header)).isTrue();
    }

    @Test
    void whereAllPlacesAreTakenTheOneThatWasSilentForLongestGoes() {
        for (int life = 1; life <= Candidates.MOST; life++) {
            nowNanos++;
            hear(7, life, 1);
        }
        hear(7, 1, 2);
        nowNanos++;
        hear(7, 5_000, 1);
        assertThat(candidates.has(header)).isTrue();
        header.epoch = 1;
        assertThat(candidates.has(header)).isTrue();
        header.epoch = 2;
        assertThat(candidates.has(header)).isFalse();
        header.epoch = 1;
        candidates.remove(header);
        assertThat(candidates.has(header)).isFalse();
    }
}
