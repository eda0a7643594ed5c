// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonReportTest {
    private static JsonNode report() throws Exception {
        return new ObjectMapper()
                .readTree(JsonReport.of(List.of(Samples.COST, Samples.SIZES), List.of("rate: no"), true, 12.3));
    }

    @Test
    void theHeadTellsHowItWasMeasured() throws Exception {
        assertThat(report().path("schema").asInt()).isEqualTo(1);
        assertThat(report().path("quick").asBoolean()).isTrue();
        assertThat(report().path("machine").path("otherWorkPercent").asInt()).isEqualTo(12);
        assertThat(report().path("machine").path("cores").asInt()).isPositive();
        assertThat(report().path("results")).hasSize(2);
        assertThat(report().path("failures").path(0).asText()).isEqualTo("rate: no");
    }

    @Test
    void aFigureHasItsReadingsItsRatioAndItsVerdict() throws Exception {
        JsonNode figure = report().path("results").path(0).path("figures").path(0);
        assertThat(figure.path("unit").asText()).isEqualTo("us/flow");
        assertThat(figure.path("better").asText()).isEqualTo("lower");
        assertThat(figure.path("readings").path(0).path("system").asText()).isEqualTo("conntrackd");
        assertThat(figure.path("readings").path(0).path("role").asText()).isEqualTo("peer");
        assertThat(figure.path("readings").path(1).path("value").asDouble()).isEqualTo(12.04);
        assertThat(figure.path("readings").path(1).path("values").path(0).asDouble())
                .isEqualTo(12.04);
        assertThat(figure.path("ratio").asDouble()).isEqualTo(0.251);
        assertThat(figure.path("ratios").path(0).asDouble()).isEqualTo(0.251);
        assertThat(figure.path("target").asText()).isEqualTo("<= 10");
        assertThat(figure.path("met").isBoolean()).isTrue();
        assertThat(figure.path("met").asBoolean()).isFalse();
    }

    @Test
    void whatCouldNotBeMeasuredIsNull() throws Exception {
        JsonNode figure = report().path("results").path(0).path("figures").path(1);
        assertThat(figure.path("readings").path(0).path("value").isNull()).isTrue();
        assertThat(figure.path("ratio").isNull()).isTrue();
        assertThat(figure.path("target").isNull()).isTrue();
        assertThat(figure.path("met").isNull()).isTrue();
    }

    @Test
    void notesAndDetailsAreThere() throws Exception {
        JsonNode result = report().path("results").path(0);
        assertThat(result.path("notes").path(0).asText()).isEqualTo("a note & <more>");
        assertThat(result.path("details").path("carpd").path("missing").asInt()).isEqualTo(3);
    }
}
