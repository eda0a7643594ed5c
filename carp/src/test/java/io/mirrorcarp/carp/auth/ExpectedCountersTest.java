// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExpectedCountersTest {
    private static final CarpKey KEY = CarpKey.ofPassphrase("mekmitasdigoat");
    private static final AddressSet ADDRESSES = AddressSet.of(List.of(Vectors.address("10.0.0.1")));
    private static final InetAddress HERE = Vectors.address("10.0.0.2");
    private static final InetAddress THERE = Vectors.address("10.0.0.3");

    private final Authenticator here = authenticator(new SequenceMark(900_000, 800_000));
    private final Authenticator there = authenticator(new SequenceMark(900_007, 800_000));

    private static Authenticator authenticator(SequenceMark before) {
        return new Authenticator(AuthSettings.of(7, KEY), ADDRESSES, before, new VerificationBudget());
    }

    private boolean expects(long counter) {
        ExpectedCounters expected = new ExpectedCounters();
        here.expect(expected);
        int upper = (int) (counter >>> 32);
        return expected.ranges().stream()
                .anyMatch(range -> Integer.compareUnsigned(upper, range.first()) >= 0
                        && Integer.compareUnsigned(upper, range.last()) <= 0);
    }

    @Test
    void whatAPeerOfThisProgramSaysNextIsExpectedAlsoBeforeItWasHeard() {
        for (int i = 0; i < 200; i++) {
            CarpAdvertisement next = there.sign(1, 0, 0, THERE);
            assertThat(expects(next.counter())).isTrue();
            assertThat(here.verify(next, Arrival.toGroup(THERE), 0).accepted()).isTrue();
            here.sign(1, 0, 0, HERE);
        }
    }

    @Test
    void whatOthersCountNextIsExpectedWhenTheyWereHeard() {
        CountingSigner freeBsd = new CountingSigner(7, KEY, ADDRESSES);
        CarpAdvertisement first = freeBsd.sign(1, 0);
        assertThat(expects(first.counter())).as("nobody knows it").isFalse();
        assertThat(here.verify(first, Arrival.toGroup(THERE), 0).accepted()).isTrue();
        for (long next = 0; next < 64; next++) {
            assertThat(expects(first.counter() + next)).isTrue();
        }
    }

    @Test
    void aCounterThatPassesAHalfOrAllIsExpectedOnBothSides() {
        for (long last : new long[] {0x1234_ffff_fff0L, -5}) {
            ExpectedCounters expected = new ExpectedCounters();
            expected.addCounters(last, last + 64);
            for (long counter : new long[] {last, last + 64}) {
                int upper = (int) (counter >>> 32);
                assertThat(expected.ranges())
                        .anyMatch(range -> Integer.compareUnsigned(upper, range.first()) >= 0
                                && Integer.compareUnsigned(upper, range.last()) <= 0);
            }
        }
    }

    @Test
    void whatIsMadeUpIsNotExpected() {
        Random random = new Random(3);
        int passed = 0;
        for (int i = 0; i < 100_000; i++) {
            passed += expects(random.nextLong()) ? 1 : 0;
        }
        assertThat(passed).isLessThan(3);
    }

    @Test
    void howeverManyAreHeardThereIsRoomForTheProgram() {
        for (int i = 0; i < 100; i++) {
            CountingSigner stranger = new CountingSigner(7, KEY, ADDRESSES);
            here.verify(stranger.sign(1, 0), Arrival.toGroup(THERE), i * 1_000_000_000L);
        }
        ExpectedCounters expected = new ExpectedCounters();
        here.expect(expected);
        assertThat(expected.ranges()).hasSizeLessThanOrEqualTo(ExpectedCounters.MOST);
    }
}
