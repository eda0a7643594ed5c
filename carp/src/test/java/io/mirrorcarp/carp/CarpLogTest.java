// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.election.DemotionChange;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How often something is told. */
class CarpLogTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final List<String> told = new ArrayList<>();
    private final CarpLog log = new CarpLog(new Listener(told), 1);

    private record Listener(List<String> told) implements CarpListener {
        @Override
        public void onStateChange(StateChange change) {
            throw new AssertionError(change);
        }

        @Override
        public void onResign(Resignation resignation) {
            throw new AssertionError(resignation);
        }

        @Override
        public void onDemotion(DemotionChange change) {
            throw new AssertionError(change);
        }

        @Override
        public void onEvent(String message) {
            told.add(message);
        }

        @Override
        public void onFailure(Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    private static InetAddress sender(int number) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {10, 0, (byte) (number >> 8), (byte) number});
    }

    @Test
    void eachSenderWithAnotherPasswordIsNamedOnceAMinute() throws UnknownHostException {
        for (int second = 0; second < 60; second++) {
            log.badAuth("1@wan0", sender(3), second * SECOND);
            log.badAuth("1@wan0", sender(4), second * SECOND);
        }
        assertThat(told)
                .hasSize(2)
                .anyMatch(line -> line.startsWith("VHID 1@wan0: advertisement from 10.0.0.3 with another password"))
                .anyMatch(line -> line.startsWith("VHID 1@wan0: advertisement from 10.0.0.4 with another password"));
        log.badAuth("1@wan0", sender(3), 60 * SECOND);
        assertThat(told).hasSize(3);
    }

    @Test
    void thousandsOfMadeUpSendersAreAFewLines() throws UnknownHostException {
        for (int i = 0; i < 5_000; i++) {
            log.badAuth("1@wan0", sender(i), i * SECOND / 100);
        }
        log.badAuth("2@lan0", sender(3), 50 * SECOND);
        assertThat(told).hasSize(6);
        assertThat(told.get(4)).contains("from more than 4 senders, at last 10.0.0.4");
        assertThat(told.get(5)).startsWith("VHID 2@lan0: advertisement from 10.0.0.3");
    }

    @Test
    void nothingIsToldAtLevelZero() throws UnknownHostException {
        log.setLevel(0);
        log.badAuth("1@wan0", sender(3), 0);
        assertThat(told).isEmpty();
    }
}
