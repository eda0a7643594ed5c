// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.mirrorcarp.daemon.control.FakeDaemon;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the dashboard and the alert rules ask for, the page has. */
class DashboardTest {
    private static final Path DIRECTORY = Path.of("../conf/prometheus");
    private static final Pattern METRIC = Pattern.compile("\\b(?:carp|pfsync|conntrack|carpd)_[a-z_]+");

    /** Of the dashboards of Grafana that matter here: its panels, their places, their queries. */
    private static final String SCHEMA = """
            {"type": "object", "required": ["title", "uid", "schemaVersion", "panels", "templating", "time"],
             "properties": {
               "title": {"type": "string"}, "schemaVersion": {"type": "integer", "minimum": 30},
               "panels": {"type": "array", "minItems": 1, "items": {
                 "type": "object", "required": ["id", "title", "type", "gridPos", "targets", "datasource", "fieldConfig"],
                 "properties": {
                   "type": {"enum": ["timeseries", "stat", "state-timeline"]},
                   "gridPos": {"type": "object", "required": ["x", "y", "w", "h"], "properties": {
                     "x": {"type": "integer", "minimum": 0, "maximum": 23}, "w": {"type": "integer", "minimum": 1, "maximum": 24}}},
                   "targets": {"type": "array", "minItems": 1, "items": {
                     "type": "object", "required": ["refId", "expr", "legendFormat"],
                     "properties": {"expr": {"type": "string", "minLength": 1}}}}}}}}}
            """;

    private static Set<String> served() {
        Measures measures = new Measures();
        measures.transitions().count(new TransitionCounts.Transition("wan", 1, "wan0", "master", "master timed out"));
        measures.loop("election").add(1);
        measures.bulkBegan(0);
        measures.bulkEnded(1);
        FakeDaemon daemon = new FakeDaemon();
        Set<String> names = new TreeSet<>();
        for (MetricSnapshot snapshot :
                MetricsPage.of(daemon.status().await(), daemon.stats().await(), measures)) {
            String name = snapshot.getMetadata().getPrometheusName();
            names.add(
                    snapshot instanceof CounterSnapshot
                            ? name + "_total"
                            : snapshot instanceof HistogramSnapshot ? name + "_bucket" : name);
        }
        return names;
    }

    private static Set<String> named(String text) {
        return METRIC.matcher(text)
                .results()
                .map(found -> found.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyMetricOfTheDashboardIsServed() throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(Files.readString(DIRECTORY.resolve("grafana.json")));
        StringBuilder expressions = new StringBuilder();
        dashboard
                .findValues("expr")
                .forEach(expression -> expressions.append(expression.asText()).append('\n'));
        assertThat(named(expressions.toString())).hasSizeGreaterThan(10).isSubsetOf(served());
    }

    @Test
    void everyMetricOfTheRulesIsServed() throws IOException {
        String expressions = Files.readAllLines(DIRECTORY.resolve("carpd.rules.yml")).stream()
                .filter(line -> line.strip().startsWith("expr:"))
                .collect(Collectors.joining("\n"));
        assertThat(named(expressions)).hasSizeGreaterThan(8).isSubsetOf(served());
    }

    @Test
    void theDashboardHasTheShapeThatGrafanaReads() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        JsonNode dashboard = mapper.readTree(Files.readString(DIRECTORY.resolve("grafana.json")));
        var schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(SCHEMA);
        assertThat(schema.validate(dashboard)).isEmpty();
        Set<Integer> ids = new TreeSet<>();
        dashboard
                .path("panels")
                .forEach(panel -> assertThat(ids.add(panel.path("id").asInt())).isTrue());
    }
}
