// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
        RunOutcome run = Outcomes.run(true, List.of(), false, true, Outcomes.whole(1));
        assertThat(Verdict.ofRun(Failure.POWER, run)).isPresent();
        RunOutcome control = Outcomes.run(false, List.of(), false, true, Outcomes.dead());
        assertThat(Verdict.ofControl(control)).isPresent();
    }

    @Test
    void oneDeadIdleConnectionFailsTheLab() {
        assertThat(Verdict.ofRun(Failure.POWER, end(new IdleOutcome(10, 9), new WayBack(true, 6, 0.1))))
                .contains("1 of 10 idle connections did not survive");
    }

    @Test
    void aMasterThatDoesNotComeBackFailsTheLab() {
        assertThat(Verdict.ofRun(Failure.POWER, end(new IdleOutcome(10, 10), new WayBack(false, 60, 0.1))))
                .contains("fw-a did not become master of every virtual host again");
    }

    @Test
    void aLongGapAtTheWayBackFailsTheLab() {
        assertThat(Verdict.ofRun(Failure.POWER, end(new IdleOutcome(10, 10), new WayBack(true, 6, 1.25))))
                .contains("the download stood still for 1.250 s at the way back; the limit is 1.0 s");
    }

    @Test
    void anIdleConnectionThatLivesInTheControlRunProvesNothing() {
        RunOutcome dead = Outcomes.DIED;
        RunOutcome control =
                new RunOutcome(false, 1, dead.timeLine(), dead.downloads(), new IdleOutcome(10, 1), true, true, null);
        assertThat(Verdict.ofControl(control)).contains("the control run survived: this lab proves nothing");
    }

    private static RunOutcome end(IdleOutcome idle, WayBack back) {
        RunOutcome good = Outcomes.SURVIVED;
        return new RunOutcome(true, 1, good.timeLine(), good.downloads(), idle, true, true, back);
    }

    @Test
    void aControlRunOnABrokenPathProvesNothing() {
        RunOutcome control = Outcomes.run(false, List.of(), true, false, Outcomes.dead());
        assertThat(Verdict.ofControl(control).orElseThrow()).contains("a new connection does not work either");
    }
}
