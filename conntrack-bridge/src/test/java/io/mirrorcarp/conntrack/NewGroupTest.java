// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NewGroupTest {
    private static final long STEP_NANOS = 1_000_000;
    private static final int MANY = 20_000;

    private final NewGroup group = new NewGroup();
    private long nowNanos = -7;
    private long created = 3;
    private int beginnings;
    private long steps;
    private long listened;

    /**
     * Copies are created evenly, and flows begin evenly here, for some time; whether the group is listened to at the end. A beginning that is not listened to is not told.
     *
     * @param begun beginnings in a second
     */
    private boolean run(boolean dropped, int copies, int begun, long millis) {
        boolean listens = group.listens(dropped, created, nowNanos);
        listened = 0;
        for (long i = 0; i < millis; i++) {
            nowNanos += STEP_NANOS;
            steps++;
            created += perStep(copies);
            for (int n = perStep(begun); n > 0; n--) {
                if (listens) {
                    group.onBeginning();
                }
                beginnings++;
            }
            listens = group.listens(dropped, created, nowNanos);
            listened += listens ? 1 : 0;
        }
        return listens;
    }

    private int perStep(int perSecond) {
        return (int) (steps * perSecond / 1_000 - (steps - 1) * perSecond / 1_000);
    }

    @Test
    void itIsLeftWhereManyCopiesComeAndNothingBegins() {
        assertThat(run(false, NewGroup.MANY_PER_SECOND - 100, 0, 3_000)).isTrue();
        assertThat(listened).isEqualTo(3_000);
        assertThat(run(false, NewGroup.MANY_PER_SECOND + 100, 0, 800)).isFalse();
    }

    @Test
    void aShortBurstOfCopiesIsNoReason() {
        run(false, 0, 0, 1_000);
        assertThat(run(false, MANY, 0, 200)).isTrue();
        run(false, 0, 0, 1_000);
        assertThat(listened).isEqualTo(1_000);
    }

    @Test
    void itIsLeftWhereBeginningsAreDropped() {
        assertThat(run(true, 0, 0, 800)).isFalse();
    }

    @Test
    void itIsKeptWhereMoreThanOneInAHundredWouldBeMissed() {
        assertThat(run(false, MANY, MANY / 100 + 20, 5_000)).isTrue();
        assertThat(listened).isEqualTo(5_000);
        assertThat(beginnings).isPositive();
        run(true, 0, 50, 5_000);
        assertThat(listened).isEqualTo(5_000);
    }

    @Test
    void aFewBeginningsDoNotKeepIt() {
        assertThat(run(false, MANY, MANY / 100 - 50, 2_000)).isFalse();
    }

    @Test
    void otherEventsCountBesideTheCopies() {
        run(true, 0, 0, 10);
        for (int i = 0; i < 2_000; i++) {
            group.onOther();
            run(true, 0, 5, 1);
        }
        assertThat(run(true, 0, 5, 1)).isFalse();
    }

    @Test
    void itIsJoinedAgainSoonAfterTheCopiesEnded() {
        run(false, MANY, 0, 1_000);
        assertThat(run(false, 100, 0, 2 * NewGroup.WINDOW_NANOS / STEP_NANOS)).isTrue();
        run(false, 100, 0, 5_000);
        assertThat(listened).isEqualTo(5_000);
    }

    @Test
    void aRateThatFallsALittleKeepsItLeft() {
        run(false, MANY, 0, 1_000);
        assertThat(run(false, NewGroup.FEW_PER_SECOND + 100, 0, 1_000)).isFalse();
        assertThat(run(false, NewGroup.FEW_PER_SECOND - 100, 0, 1_000)).isTrue();
    }

    @Test
    void whatBeginsIsLookedAtNowAndThen() {
        run(false, MANY, 0, 1_000);
        run(false, MANY, 0, 20_000);
        assertThat(listened).isBetween(300L, 600L);
        assertThat(run(false, MANY, 2_000, 3_000)).isTrue();
        run(false, MANY, 2_000, 5_000);
        assertThat(listened).isEqualTo(5_000);
    }

    @Test
    void whereSomethingElseWasToldMeanwhileItIsSaidOnceAtTheEnd() {
        run(false, MANY, 0, 1_000);
        group.onOther();
        run(false, MANY, 0, 10_000);
        assertThat(group.takeMissed()).isFalse();
        run(false, 0, 0, 1_000);
        assertThat(group.takeMissed()).isTrue();
        assertThat(group.takeMissed()).isFalse();
    }

    @Test
    void whereNothingElseWasToldNothingBegan() {
        group.onOther();
        run(false, MANY, 0, 5_000);
        run(false, 0, 0, 1_000);
        assertThat(group.takeMissed()).isFalse();
    }

    @Test
    void aLookDoesNotEndTheTimeInWhichItWasMissed() {
        run(false, MANY, 0, 1_000);
        group.onOther();
        for (int i = 0; i < 3_000; i++) {
            boolean listens = run(false, MANY, 0, 1);
            assertThat(listens && group.takeMissed()).isFalse();
        }
    }
}
