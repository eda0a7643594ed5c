// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TopPageTest {
    private static final int WIDE = 200;

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static TopSample sample(long events, long entries, long seconds) {
        return new TopSample(
                json("""
                {"node": "fw-a", "uptimeSeconds": 41.2, "failoverReady": false, "failoverBlockedBy": ["pfsync bulk 63 %%"],
                 "demotion": 240, "vhids": [{"name": "wan", "vhid": 1, "carpdev": "wan0", "state": "master",
                 "advertisedAdvskew": 240, "sinceSeconds": 40.9}], "pfsync": {"state": "bulk", "peers": [{"node": "fw-b",
                 "state": "bulk", "lagMillis": 4.0, "entries": 49100}]},
                 "conntrack": {"entries": %d, "limit": 1000}}""".formatted(entries)), json("""
                {"conntrack": {"events": %d}, "carp": {"packetsSent": 5, "packetsSent6": 7}, "pfsync": {}}""".formatted(events)), TimeUnit.SECONDS.toNanos(seconds));
    }

    private static List<String> lines(int columns) {
        return TopPage.lines(
                sample(1_500, 850, 12),
                sample(500, 650, 10),
                json("{\"total\": 3, \"byProto\": {\"tcp\": 2, \"udp\": 1}}"),
                columns);
    }

    @Test
    void ratesAreBetweenTwoSamples() {
        assertThat(lines(WIDE))
                .contains("  events                   500.0", "  adverts sent               0.0")
                .contains("table [#########################.....] 85 % of 1000: 850, +100/s  nearly full")
                .contains("states  tcp 2  udp 1")
                .contains("Failover ready: NO - pfsync bulk 63 %   demotion 240")
                .contains("wan             1 wan0         MASTER     240      41s")
                .contains("  fw-b         bulk     lag    4.0 ms  49100 entries");
    }

    @Test
    void aPeerToWhichNothingIsSentIsIdle() {
        TopSample still = new TopSample(
                json("{\"pfsync\": {\"peers\": [{\"node\": \"fw-b\", \"state\": \"in-sync\", \"idle\": true,"
                        + " \"lagMillis\": 0.0, \"entries\": 7}]}}"),
                json("{}"),
                TimeUnit.SECONDS.toNanos(1));
        assertThat(TopPage.lines(still, still, json("{}"), WIDE))
                .contains("  fw-b         in-sync  idle           7 entries");
    }

    @Test
    void aNarrowTerminalCutsLinesAndWrapsNone() {
        for (int columns : new int[] {1, 20, 40, 59, 60, 80}) {
            assertThat(lines(columns)).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
        }
        assertThat(lines(40)).as("without the bar").anyMatch(line -> line.startsWith("table 85 % of 1000: 850"));
    }

    /** Its counters begin at 0 again. */
    @Test
    void aDaemonThatWasStartedAnewHasNoNegativeRates() {
        List<String> lines = TopPage.lines(sample(10, 5, 20), sample(9_000, 5, 10), json("{}"), WIDE);
        assertThat(lines).contains("  events                     0.0", "states");
    }
}
