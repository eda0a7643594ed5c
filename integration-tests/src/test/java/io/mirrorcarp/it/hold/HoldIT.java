// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.hold;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Topology;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
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

    private static Map<String, Attempts> table(String hold, int times) throws Exception {
        try (AsymmetricPair pair = new AsymmetricPair(hold);
                Talks out = Talks.of(pair.topology.client(), Topology.SERVER, pair.topology.server(), Topology.SERVER);
                Talks in = Talks.of(
                        pair.topology.server(), Topology.VIRTUAL_WAN, pair.topology.client(), Topology.CLIENT)) {
            Map<String, Attempts> rows = new LinkedHashMap<>();
            Attempts.of(hold.equals("auto") ? WARM_UP : 0, out::tcpClientFirst);
            for (long micros : ROUND_TRIP_MICROS) {
                pair.cable.roundTrip(Duration.ofNanos(micros * 1_000));
                String roundTrip = micros / 1e3 + " ms, ";
                rows.put(roundTrip + "TCP, client first", Attempts.of(times, out::tcpClientFirst));
                rows.put(roundTrip + "TCP, server first", Attempts.of(times, out::tcpServerFirst));
                rows.put(roundTrip + "TCP, inwards", Attempts.of(times, in::tcpInwards));
                rows.put(roundTrip + "UDP", Attempts.of(times, out::udp));
                rows.put(roundTrip + "ICMP", Attempts.of(times, out::icmp));
            }
            rows.forEach((name, attempts) -> System.out.println("hold " + hold + ": " + name + ": " + attempts));
            COUNTERS.forEach(counter -> System.out.print(counter + " " + pair.counted(counter) + "; "));
            System.out.println();
            return rows;
        }
    }

    @Test
    void everyConnectionSucceedsAtTheFirstTry() throws Exception {
        table("auto", TIMES)
                .forEach((name, attempts) ->
                        assertThat(attempts.succeeded()).as(name).isEqualTo(attempts.tried()));
    }

    /** UDP and pings are answered more often the longer the way is: their state has the time of a round trip. */
    @Test
    void withoutHoldingNoTcpConnectionOpens() throws Exception {
        table("off", CONTROL_TIMES).forEach((name, attempts) -> {
            if (name.contains("TCP")) {
                assertThat(attempts.succeeded()).as(name).isLessThanOrEqualTo(CONTROL_TIMES / 10);
            }
        });
    }
}
