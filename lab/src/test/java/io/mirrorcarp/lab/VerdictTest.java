// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class VerdictTest {
    @Test
    void aRunThatSurvivesAndAControlThatDiesPass() {
        assertThat(Verdict.of(Failure.POWER, Outcomes.SURVIVED, Outcomes.DIED)).isEmpty();
    }

    @Test
    void aControlRunThatSurvivesFailsTheLab() {
        assertThat(Verdict.of(Failure.POWER, Outcomes.SURVIVED, Outcomes.SURVIVED))
                .contains("the control run survived: this lab proves nothing");
    }

    @Test
    void aMissingControlRunFailsTheLab() {
        assertThat(Verdict.of(Failure.POWER, Outcomes.SURVIVED, null)).isPresent();
    }

    @Test
    void aGapAboveTheLimitFailsTheLab() {
        assertThat(Verdict.of(Failure.STOP, Outcomes.SURVIVED, Outcomes.DIED))
                .contains("the download stood still for 3.700 s; the limit is 0.3 s");
    }

    @Test
    void oneDeadConnectionAmongManyFailsTheLab() {
        RunOutcome run = Outcomes.run(true, Outcomes.whole(1), Outcomes.dead(), Outcomes.whole(2));
        assertThat(Verdict.ofRun(Failure.POWER, run))
                .contains("1 of 3 connections did not survive: stalled: no byte for 9.0 s");
    }

    @Test
    void aStandbyThatIsNotMasterFailsEitherRun() {
        RunOutcome good = Outcomes.SURVIVED;
        RunOutcome run = new RunOutcome(true, 1, good.timeLine(), good.downloads(), false, true);
        assertThat(Verdict.ofRun(Failure.POWER, run)).isPresent();
        RunOutcome dead = Outcomes.DIED;
        RunOutcome control = new RunOutcome(false, 1, dead.timeLine(), dead.downloads(), false, true);
        assertThat(Verdict.ofControl(control)).isPresent();
    }

    @Test
    void aControlRunOnABrokenPathProvesNothing() {
        RunOutcome dead = Outcomes.DIED;
        RunOutcome control = new RunOutcome(false, 1, dead.timeLine(), dead.downloads(), true, false);
        assertThat(Verdict.ofControl(control).orElseThrow()).contains("a new connection does not work either");
    }
}
