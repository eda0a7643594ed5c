// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.hold;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Topology;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/** Connections whose two directions pass different firewalls. {@code -Dhold.times=N} for more of each. */
@Isolated
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "measures milliseconds: bin/test --load")
class HoldIT {
    private static final int TIMES = Integer.getInteger("hold.times", 100);
    private static final int WARM_UP = 300;
    private static final List<Long> ROUND_TRIP_MICROS = List.of(0L, 300L, 5_000L);
    /** Each of them waits in vain. */
    private static final int CONTROL_TIMES = 10;

    private static final List<String> COUNTERS = List.of(
            "held", "heldReleased", "heldLate", "heldExpired", "heldStray", "heldStraySource", "heldFull", "heldLost");

    /** What holding may add to a connection that opens: to its SYN/ACK, which waits. */
    private static final double MEDIAN_MILLIS = 1;

    private static final double P99_MILLIS = 3;
    private static final String CONNECT = "TCP, until connected";

    private static Map<String, Attempts> table(String name, AsymmetricPair opened, int times) throws Exception {
        try (AsymmetricPair pair = opened;
                Talks out = Talks.of(pair.topology.client(), Topology.SERVER, pair.topology.server(), Topology.SERVER);
                Talks in = Talks.of(
                        pair.topology.server(), Topology.VIRTUAL_WAN, pair.topology.client(), Topology.CLIENT);
                Talks six = Talks.of(
                        pair.topology.client(),
                        AsymmetricPair.SERVER_6,
                        pair.topology.server(),
                        AsymmetricPair.SERVER_6)) {
            Map<String, Attempts> rows = new LinkedHashMap<>();
            Attempts.of(times == TIMES ? WARM_UP : 0, out::tcpClientFirst);
            for (long micros : ROUND_TRIP_MICROS) {
                pair.cable.roundTrip(Duration.ofNanos(micros * 1_000));
                String roundTrip = micros / 1e3 + " ms, ";
                rows.put(roundTrip + CONNECT, Attempts.of(times, out::tcpConnect));
                rows.put(roundTrip + "TCP, client first", Attempts.of(times, out::tcpClientFirst));
                rows.put(roundTrip + "TCP, server first", Attempts.of(times, out::tcpServerFirst));
                rows.put(roundTrip + "TCP, inwards", Attempts.of(times, in::tcpInwards));
                rows.put(roundTrip + "TCP over IPv6, client first", Attempts.of(times, six::tcpClientFirst));
                rows.put(roundTrip + "UDP", Attempts.of(times, out::udp));
                rows.put(roundTrip + "ICMP", Attempts.of(times, out::icmp));
                rows.put(roundTrip + "ICMPv6", Attempts.of(times, six::icmp));
            }
            rows.forEach((row, attempts) -> System.out.println(name + ": " + row + ": " + attempts));
            COUNTERS.forEach(counter -> System.out.print(counter + " " + pair.counted(counter) + "; "));
            System.out.println();
            return rows;
        }
    }

    /** Beside the same on a pair whose first node passes both directions. */
    @Test
    void everyConnectionSucceedsAtTheFirstTryAndHardlyLater() throws Exception {
        Map<String, Attempts> split = table("hold auto", new AsymmetricPair("auto"), TIMES);
        Map<String, Attempts> whole = table("one node", AsymmetricPair.symmetric(), TIMES);
        split.forEach(
                (name, attempts) -> System.out.println("added: " + name + ": " + added(attempts, whole.get(name))));
        split.forEach(
                (name, attempts) -> assertThat(attempts.succeeded()).as(name).isEqualTo(attempts.tried()));
        split.forEach((name, attempts) -> {
            if (name.contains(CONNECT)) {
                Attempts other = whole.get(name);
                assertThat(attempts.percentile(50) - other.percentile(50))
                        .as("ms added in the median: " + name)
                        .isLessThanOrEqualTo(MEDIAN_MILLIS);
                assertThat(attempts.percentile(99) - other.percentile(99))
                        .as("ms added, p99: " + name)
                        .isLessThanOrEqualTo(P99_MILLIS);
            }
        });
    }

    private static String added(Attempts split, Attempts whole) {
        return String.format(
                Locale.ROOT,
                "p50 %.2f ms, p99 %.2f ms",
                split.percentile(50) - whole.percentile(50),
                split.percentile(99) - whole.percentile(99));
    }

    /**
     * UDP and pings are answered more often the longer the way is: their state has the time of a round trip. So has that of
     * a SYN, so that the client is connected then, and its data still goes nowhere.
     */
    @Test
    void withoutHoldingNoTcpConnectionOpens() throws Exception {
        table("hold off", new AsymmetricPair("off"), CONTROL_TIMES).forEach((name, attempts) -> {
            if (name.contains("TCP") && (!name.contains(CONNECT) || name.startsWith("0.0"))) {
                assertThat(attempts.succeeded()).as(name).isLessThanOrEqualTo(CONTROL_TIMES / 10);
            }
        });
    }
}
