// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HoldQueueTest {
    private static final long MILLI = 1_000_000;
    private static final long HOLD = HoldQueue.HOLD_MILLIS * MILLI;
    private static final long START = 1_000 * MILLI;
    private static final int CAPACITY = 256;
    private static final long SOURCE = 99;

    private final List<Integer> admitted = new ArrayList<>();
    private final List<Integer> givenUp = new ArrayList<>();
    private final HoldQueue queue = new HoldQueue(CAPACITY, new HoldActions() {
        @Override
        public void admit(int packetId, int slot) {
            admitted.add(packetId);
        }

        @Override
        public void giveUp(int packetId, int slot) {
            givenUp.add(packetId);
        }
    });

    @Test
    void thePacketsOfAConnectionAreSentInAgainInTheirOrderWhenItsStateComes() {
        for (int id = 0; id < 6; id++) {
            assertThat(queue.onPacket(id, id % 2, SOURCE, START)).isEqualTo(HoldDecision.HOLD);
        }
        queue.onState(1, START + MILLI);
        assertThat(admitted).containsExactly(1, 3, 5);
        assertThat(queue.waiting()).isEqualTo(3);
        queue.onState(0, START + MILLI);
        assertThat(admitted).containsExactly(1, 3, 5, 0, 2, 4);
        assertThat(queue.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(givenUp).isEmpty();
    }

    @Test
    void aPacketWaitsTwentyMillisecondsAndNoLonger() {
        queue.onPacket(7, 1, SOURCE, START);
        assertThat(queue.nextDeadlineNanos()).isEqualTo(START + 20 * MILLI);
        queue.onTime(START + 20 * MILLI - 1);
        assertThat(givenUp).isEmpty();
        queue.onTime(START + 20 * MILLI);
        assertThat(givenUp).containsExactly(7);
        queue.onState(1, START + 21 * MILLI);
        assertThat(admitted).isEmpty();
    }

    @Test
    void aPacketIsSentInAgainAtOnceWhereTheStateCameBeforeItWasRead() {
        queue.onState(1, START);
        assertThat(queue.onPacket(1, 1, SOURCE, START + MILLI)).isEqualTo(HoldDecision.ADMIT);
        assertThat(queue.onPacket(2, 2, SOURCE, START + MILLI)).isEqualTo(HoldDecision.HOLD);
        assertThat(queue.onPacket(3, 1, SOURCE, START + HOLD + MILLI)).isEqualTo(HoldDecision.HOLD);
    }

    @Test
    void whatTheKernelRejectsWithItsStateDoesNotGoRoundForEver() {
        queue.onState(1, START);
        int rounds = 0;
        while (queue.onPacket(rounds, 1, SOURCE, START) == HoldDecision.ADMIT) {
            rounds++;
        }
        assertThat(rounds).isEqualTo(HoldQueue.MOST_ADMITTED);
    }

    @Test
    void aConnectionThatWasWaitedForInVainIsNotWaitedForAgainUntilItsStateComes() {
        queue.onPacket(1, 1, SOURCE, START);
        queue.onTime(START + HOLD);
        assertThat(queue.onPacket(2, 1, SOURCE, START + 2 * HOLD)).isEqualTo(HoldDecision.STRAY);
        assertThat(queue.onPacket(3, 2, SOURCE, START + 2 * HOLD)).isEqualTo(HoldDecision.HOLD);
        queue.onState(1, START + 3 * HOLD);
        assertThat(queue.onPacket(4, 1, SOURCE, START + 5 * HOLD)).isEqualTo(HoldDecision.HOLD);
        queue.onTime(START + 6 * HOLD);
        assertThat(queue.onPacket(5, 1, SOURCE, START + 1_200 * MILLI)).isEqualTo(HoldDecision.HOLD);
    }

    @Test
    void aSprayOfOneSourceTakesItsBudgetAndLeavesTheOthersAlone() {
        for (int i = 0; i < SourceBudget.MOST; i++) {
            assertThat(queue.onPacket(i, 1_000 + i, SOURCE, START)).isEqualTo(HoldDecision.HOLD);
        }
        queue.onTime(START + HOLD);
        assertThat(queue.onPacket(1, 5_000, SOURCE, START + HOLD)).isEqualTo(HoldDecision.STRAY_SOURCE);
        assertThat(queue.onPacket(2, 5_001, SOURCE + 1, START + HOLD)).isEqualTo(HoldDecision.HOLD);
        assertThat(queue.onPacket(3, 5_002, SOURCE, START + 1_100 * MILLI)).isEqualTo(HoldDecision.HOLD);
    }

    @Test
    void aBusySourceIsNoStrayBecauseStatesStoodStillOnce() {
        for (int i = 0; i < 100; i++) {
            queue.onPacket(i, 1_000 + i, SOURCE, START);
            queue.onState(1_000 + i, START);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(queue.onPacket(i, 2_000 + i, SOURCE, START)).isEqualTo(HoldDecision.HOLD);
        }
        queue.onTime(START + HOLD);
        assertThat(queue.onPacket(1, 5_000, SOURCE, START + HOLD)).isEqualTo(HoldDecision.HOLD);
    }

    @Test
    void neitherManyConnectionsNorOneTakeMoreRoomThanThereIs() {
        for (int i = 0; i < HoldQueue.MOST_OF_ONE; i++) {
            assertThat(queue.onPacket(i, 1, SOURCE, START)).isEqualTo(HoldDecision.HOLD);
        }
        assertThat(queue.onPacket(0, 1, SOURCE, START)).isEqualTo(HoldDecision.FULL);
        for (int i = HoldQueue.MOST_OF_ONE; i < CAPACITY; i++) {
            assertThat(queue.onPacket(i, 1_000 + i, SOURCE + i, START)).isEqualTo(HoldDecision.HOLD);
        }
        assertThat(queue.onPacket(0, 77, SOURCE, START)).isEqualTo(HoldDecision.FULL);
        queue.onState(1, START);
        assertThat(queue.onPacket(0, 77, SOURCE, START)).isEqualTo(HoldDecision.HOLD);
    }

    @Test
    void whereNoticesWereLostAllThatWaitAreLookedAtAgain() {
        queue.onPacket(1, 1, SOURCE, START);
        queue.onPacket(2, 2, SOURCE, START);
        queue.onStatesLost();
        assertThat(admitted).containsExactly(1, 2);
        assertThat(queue.onPacket(3, 1, SOURCE, START)).isEqualTo(HoldDecision.HOLD);
    }

    /** Against a model that is slow and plain: every packet is decided once, in time, and those of a tuple in order. */
    @Test
    void everyPacketIsDecidedOnceWhateverComes() {
        for (long seed = 0; seed < 200; seed++) {
            admitted.clear();
            givenUp.clear();
            play(new Random(seed), "seed " + seed);
        }
    }

    private void play(Random random, String seed) {
        Map<Long, Deque<Integer>> model = new HashMap<>();
        long nowNanos = START + random.nextInt(1_000) * 10_000L * MILLI;
        int decided = 0;
        int held = 0;
        for (int id = 0; id < 2_000; id++) {
            nowNanos += random.nextInt(400_000);
            queue.onTime(nowNanos);
            assertThat(queue.nextDeadlineNanos()).as(seed).isGreaterThan(nowNanos);
            for (int one : givenUp.subList(decided, givenUp.size())) {
                assertThat(model.values().stream().filter(waiting -> waiting.removeFirstOccurrence(one)))
                        .as(seed + ": %d waits", one)
                        .hasSize(1);
            }
            decided = givenUp.size();
            long tuple = random.nextInt(60);
            if (random.nextInt(3) == 0) {
                int before = admitted.size();
                queue.onState(tuple, nowNanos);
                assertThat(admitted.subList(before, admitted.size()))
                        .as(seed)
                        .containsExactlyElementsOf(model.getOrDefault(tuple, new ArrayDeque<>()));
                model.remove(tuple);
            } else if (queue.onPacket(id, tuple, tuple, nowNanos) == HoldDecision.HOLD) {
                held++;
                model.computeIfAbsent(tuple, none -> new ArrayDeque<>()).add(id);
            }
            assertThat(queue.waiting())
                    .as(seed)
                    .isEqualTo(model.values().stream().mapToInt(Deque::size).sum());
        }
        queue.onTime(Long.MAX_VALUE);
        assertThat(admitted.size() + givenUp.size()).as(seed).isEqualTo(held);
    }
}
