// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import static io.mirrorcarp.carp.election.SendErrorWatch.Change.BROKEN;
import static io.mirrorcarp.carp.election.SendErrorWatch.Change.NONE;
import static io.mirrorcarp.carp.election.SendErrorWatch.Change.REPAIRED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SendErrorWatchTest {
    private static final long SECOND = 1_000_000_000;

    private final SendErrorWatch watch = new SendErrorWatch();

    @Test
    void onlyThreeErrorsInARowBreakIt() {
        assertThat(watch.onResult(false, 0)).isEqualTo(NONE);
        assertThat(watch.onResult(false, 0)).isEqualTo(NONE);
        assertThat(watch.onResult(true, 0)).isEqualTo(NONE);
        assertThat(watch.onResult(false, 0)).isEqualTo(NONE);
        assertThat(watch.onResult(false, 0)).isEqualTo(NONE);
        assertThat(watch.isBroken()).isFalse();
        assertThat(watch.onResult(false, 0)).isEqualTo(BROKEN);
        assertThat(watch.onResult(false, 0)).isEqualTo(NONE);
        assertThat(watch.isBroken()).isTrue();
    }

    @Test
    void onlyThreeSuccessesInARowRepairIt() {
        breakIt();
        assertThat(watch.onResult(true, 0)).isEqualTo(NONE);
        assertThat(watch.onResult(true, 0)).isEqualTo(NONE);
        assertThat(watch.onResult(false, 0)).isEqualTo(NONE);
        assertThat(watch.onResult(true, 0)).isEqualTo(NONE);
        assertThat(watch.onResult(true, 0)).isEqualTo(NONE);
        assertThat(watch.onResult(true, 0)).isEqualTo(REPAIRED);
        assertThat(watch.nextDeadlineNanos()).isEqualTo(CarpInstance.NEVER);
    }

    @Test
    void whileItIsBrokenAndNothingIsSentItProbesOnceASecond() {
        assertThat(watch.nextDeadlineNanos()).isEqualTo(CarpInstance.NEVER);
        breakIt();
        assertThat(watch.nextDeadlineNanos()).isEqualTo(SECOND);
        assertThat(watch.onDeadline(SECOND - 1)).isFalse();
        assertThat(watch.onDeadline(SECOND)).isTrue();
        assertThat(watch.nextDeadlineNanos()).isEqualTo(2 * SECOND);
        watch.onResult(false, SECOND + 1);
        assertThat(watch.nextDeadlineNanos()).as("nothing sent for a second").isEqualTo(2 * SECOND + 1);
    }

    private void breakIt() {
        for (int i = 0; i < SendErrorWatch.THRESHOLD; i++) {
            watch.onResult(false, 0);
        }
    }
}
