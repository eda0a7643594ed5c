// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

final class ReportTest {
    private static final LabReport PASSED = new LabReport(Failure.POWER, Outcomes.SURVIVED, Outcomes.DIED, null);
    private static final LabReport BROKEN = new LabReport(Failure.STOP, null, null, "no carpd answers on fw-a");

    @Test
    void theTextTellsTimeLineGapDigestControlAndVerdict() {
        assertThat(ReportText.of(PASSED))
                .isEqualTo("""

                        Time line, in seconds
                            0.000  fw-a    loses power
                            3.091  fw-b    carp: VHID 1@wan0: BACKUP -> MASTER (master timed out)

                        Downloads  2 of 2 complete; the slowest:
                        Download   16,800,000 of 16,800,000 bytes
                        SHA-256    %s, as sent
                        Gap        3.700 s, limit 4.0 s
                        Way back   fw-a MASTER again after 6.3 s; gap 0.012 s, limit 1.0 s
                        Idle       10 of 10 connections alive
                        Control    pfsync off: the connection died (stalled: no byte for 9.0 s); a new connection works

                        PASS
                        """.formatted(Outcomes.whole(1).sha256()));
    }

    @Test
    void aLabThatBrokeEndsInFailWithTheReason() {
        assertThat(ReportText.of(BROKEN)).endsWith("FAIL: no carpd answers on fw-a\n");
    }

    @Test
    void theJsonTellsTheSame() throws Exception {
        JsonNode json = new ObjectMapper().readTree(ReportJson.of(PASSED));

        assertThat(json.path("schema").asInt()).isEqualTo(1);
        assertThat(json.path("pass").asBoolean()).isTrue();
        assertThat(json.path("reason").isNull()).isTrue();
        assertThat(json.path("how").asText()).isEqualTo("power");
        assertThat(json.at("/run/gapSeconds").asDouble()).isEqualTo(3.7);
        assertThat(json.at("/run/timeLine/1/seconds").asDouble()).isEqualTo(3.091);
        assertThat(json.at("/run/downloads/0/digestEqual").asBoolean()).isTrue();
        assertThat(json.at("/run/idle/alive").asInt()).isEqualTo(10);
        assertThat(json.at("/run/wayBack/masterAgain").asBoolean()).isTrue();
        assertThat(json.at("/run/wayBack/gapSeconds").asDouble()).isEqualTo(0.012);
        assertThat(json.at("/control/wayBack").isMissingNode()).isTrue();
        assertThat(json.at("/control/pfsync").asBoolean(true)).isFalse();
        assertThat(json.at("/control/downloads/0/error").asText()).startsWith("stalled");
    }

    @Test
    void theJsonOfALabThatBrokeHasNoRuns() throws Exception {
        JsonNode json = new ObjectMapper().readTree(ReportJson.of(BROKEN));

        assertThat(json.path("pass").asBoolean(true)).isFalse();
        assertThat(json.path("reason").asText()).isEqualTo("no carpd answers on fw-a");
        assertThat(json.path("run").isNull()).isTrue();
    }
}
