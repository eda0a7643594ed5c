// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AdvertTurnTest {
    private static final long MILLI = 1_000_000;
    private static final CarpSettings EVERY_20_MS = CarpSettings.of(1, 0, 5);
    private static final long INTERVAL = Interval.nanos(0, 5);
    private static final long MOST_LATE = 3 * MILLI;
    private static final long SEED = 7;

    /** When a virtual host that starts at an instant advertises as master, if its deadlines are met up to 3 ms late. */
    private static List<Long> adverts(AdvertTurn turn, long startNanos, Random late, int count) {
        CarpInstance instance = new CarpInstance(EVERY_20_MS, () -> 0, turn);
        List<Long> adverts = new ArrayList<>();
        instance.onLink(true, startNanos);
        instance.onStart(startNanos);
        while (adverts.size() < count) {
            long nowNanos = instance.nextDeadlineNanos() + late.nextLong(MOST_LATE);
            List<CarpAction> actions = new ArrayList<>(instance.onDeadline(nowNanos));
            if (actions.stream().anyMatch(CarpAction.TakeAddresses.class::isInstance)) {
                actions.addAll(instance.onAddressesTaken(nowNanos));
            }
            if (actions.stream().anyMatch(CarpAction.SendAdvertisement.class::isInstance)) {
                adverts.add(nowNanos);
            }
        }
        return adverts.subList(1, count);
    }

    @Test
    void virtualHostsThatShareKeepApartWheneverTheyBeganAndHoweverLateTheyAre() {
        Random late = new Random(SEED);
        for (int i = 0; i < 50; i++) {
            long start = late.nextLong(-INTERVAL, INTERVAL);
            List<Long> first = adverts(new AdvertTurn(0, 2), 0, late, 100);
            List<Long> second = adverts(new AdvertTurn(1, 2), start, late, 100);
            for (long one : first.subList(5, 90)) {
                assertThat(second)
                        .as("start %d of seed %d", start, SEED)
                        .noneMatch(other -> Math.abs(one - other) < INTERVAL / 2 - MOST_LATE);
            }
        }
    }

    @Test
    void aPeerIsNeverLeftWithoutAnAdvertForLongerThanTheIntervalAndTheLateness() {
        List<Long> adverts = adverts(new AdvertTurn(2, 3), 12_345, new Random(SEED), 200);
        for (int i = 1; i < adverts.size(); i++) {
            assertThat(adverts.get(i) - adverts.get(i - 1)).isLessThan(INTERVAL + MOST_LATE);
        }
    }

    @Test
    void oneThatIsAloneCountsFromEachAdvert() {
        assertThat(AdvertTurn.ALONE.nextNanos(123, INTERVAL)).isEqualTo(123 + INTERVAL);
    }

    @Test
    void aTurnBeyondTheLastOneIsRefused() {
        assertThatThrownBy(() -> new AdvertTurn(2, 2)).hasMessageContaining("turn 2 of 2");
        assertThatThrownBy(() -> new AdvertTurn(-1, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
