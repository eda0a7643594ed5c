// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DownloadPlanTest {
    @Test
    void theStandardPlanTakesAMinute() {
        assertThat(DownloadPlan.standard(1).duration()).isEqualTo(Duration.ofSeconds(60));
        assertThat(DownloadPlan.standard(1).bytes()).isEqualTo(16_800_000);
    }

    @Test
    void manyDownloadsTakeAsLongAndSendLess() {
        assertThat(DownloadPlan.parallel(1, 10)).isEqualTo(DownloadPlan.standard(1));
        assertThat(DownloadPlan.parallel(1, 11)).isEqualTo(new DownloadPlan(1, 1400, 6000, Duration.ofMillis(10)));
        assertThat(DownloadPlan.parallel(1, 200).duration()).isEqualTo(Duration.ofSeconds(60));
        assertThat(DownloadPlan.parallel(1, 200).interval()).isEqualTo(Duration.ofMillis(30));
    }

    @Test
    void theDigestDependsOnTheSeedAlone() {
        assertThat(DownloadPlan.brief(1).sha256())
                .isEqualTo(DownloadPlan.brief(1).sha256())
                .isNotEqualTo(DownloadPlan.brief(2).sha256());
    }

    @Test
    void anEmptyStreamHasTheKnownDigestOfNothing() {
        assertThat(new DownloadPlan(1, 1400, 0, Duration.ZERO).sha256())
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
