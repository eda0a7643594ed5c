// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AnnouncementPaceTest {
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final AnnouncementPace pace = new AnnouncementPace();
    private final List<Long> sentNanos = new ArrayList<>();

    private static List<byte[]> frames(int count) {
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            frames.add(new byte[] {(byte) i});
        }
        return frames;
    }

    /** Sends until nothing waits; answers how many frames left. */
    private int drain() {
        int count = 0;
        while (pace.nextDeadlineNanos() != CarpInstance.NEVER) {
            long nowNanos = pace.nextDeadlineNanos();
            int taken = pace.take(nowNanos).size();
            assertThat(taken).isPositive();
            sentNanos.addAll(java.util.Collections.nCopies(taken, nowNanos));
            count += taken;
        }
        return count;
    }

    @Test
    void aFewLeaveAtOnce() {
        pace.announce("wan", frames(AnnouncementPace.BURST), 5);
        assertThat(pace.take(4)).isEmpty();
        assertThat(pace.take(5)).hasSize(AnnouncementPace.BURST);
        assertThat(pace.nextDeadlineNanos()).isEqualTo(CarpInstance.NEVER);
    }

    @Test
    void ofManyAPolicerOf50ASecondLosesNoneAndTheyAreOverInSeconds() {
        pace.announce("wan", frames(100), 0);
        pace.announce("lan", frames(100), 0);
        assertThat(drain()).isEqualTo(200);
        for (long from : sentNanos) {
            assertThat(sentNanos.stream().filter(at -> at >= from && at < from + SECOND_NANOS))
                    .hasSizeLessThanOrEqualTo(50);
        }
        assertThat(sentNanos.get(199)).isLessThanOrEqualTo(5 * SECOND_NANOS);
    }

    @Test
    void anAnnouncementWhileThatBeforeStillWaitsIsNotMadeTwice() {
        pace.announce("wan", frames(100), 0);
        pace.take(0);
        pace.announce("wan", frames(100), SECOND_NANOS);
        assertThat(drain()).isEqualTo(99);
    }

    @Test
    void laterOnesWaitAndWhatIsNoLongerTrueIsForgotten() {
        pace.announce("wan", frames(2), SECOND_NANOS);
        pace.announce("lan", frames(2), 0);
        assertThat(pace.take(0)).hasSize(2);
        assertThat(pace.nextDeadlineNanos()).isEqualTo(SECOND_NANOS);
        pace.forget("wan");
        assertThat(pace.take(2 * SECOND_NANOS)).isEmpty();
        assertThat(pace.nextDeadlineNanos()).isEqualTo(CarpInstance.NEVER);
    }

    @Test
    void whatWasJustTakenLeavesAllAtOnceAndOfManyAPacedRoundFollows() {
        assertThat(pace.announceHeld("wan", frames(100), 5)).isTrue();
        assertThat(pace.nextDeadlineNanos()).isEqualTo(5);
        assertThat(pace.take(5)).as("all, and the first of the paced round").hasSize(101);
        assertThat(pace.announceHeld("wan", frames(100), 6))
                .as("the paced round is still under way")
                .isFalse();
        assertThat(drain()).isEqualTo(99);
        assertThat(sentNanos.get(98)).isLessThan(3 * SECOND_NANOS);
        pace.forget("wan");
        assertThat(pace.announceHeld("wan", frames(100), 7))
                .as("after it was let go")
                .isTrue();
    }

    @Test
    void aFewThatWereJustTakenLeaveOnce() {
        assertThat(pace.announceHeld("wan", frames(AnnouncementPace.BURST), 5)).isTrue();
        assertThat(pace.take(5)).hasSize(AnnouncementPace.BURST);
        assertThat(pace.nextDeadlineNanos()).isEqualTo(CarpInstance.NEVER);
        assertThat(pace.announceHeld("wan", frames(AnnouncementPace.BURST), 6)).isFalse();
        assertThat(pace.take(6)).hasSize(AnnouncementPace.BURST);
    }

    @Test
    void anotherMacIsAnnouncedThreeTimesAndWhatSaidTheOneBeforeIsDropped() {
        pace.announceHeld("wan", frames(1), 0);
        pace.take(0);
        pace.announceHeld("wan", List.of(new byte[] {99}), 0);
        pace.announceNewMac("wan", frames(2), 0);
        for (int i = 0; i < AnnouncementPace.NEW_MAC_REPEATS; i++) {
            assertThat(pace.nextDeadlineNanos()).isEqualTo(i * AnnouncementPace.NEW_MAC_SPACING_NANOS);
            assertThat(pace.take(pace.nextDeadlineNanos())).hasSize(2).noneMatch(frame -> frame[0] == 99);
        }
        assertThat(pace.nextDeadlineNanos()).isEqualTo(CarpInstance.NEVER);
    }
}
