// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.Map;

/** Collects values under the names of their families. Names are without {@code _total}: the format adds it. */
final class MetricFamilies {
    private final Map<String, CounterSnapshot.Builder> counters = new LinkedHashMap<>();
    private final Map<String, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();
    private final Map<String, HistogramSnapshot.Builder> histograms = new LinkedHashMap<>();

    void counter(String name, String help, Labels labels, long value) {
        counters.computeIfAbsent(
                        name, made -> CounterSnapshot.builder().name(name).help(help))
                .dataPoint(CounterDataPointSnapshot.builder()
                        .labels(labels)
                        .value((double) value)
                        .build());
    }

    void gauge(String name, String help, Labels labels, double value) {
        gauges.computeIfAbsent(name, made -> GaugeSnapshot.builder().name(name).help(help))
                .dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(labels)
                        .value(value)
                        .build());
    }

    void histogram(String name, String help, Labels labels, Distribution distribution) {
        histograms
                .computeIfAbsent(
                        name, made -> HistogramSnapshot.builder().name(name).help(help))
                .dataPoint(HistogramDataPointSnapshot.builder()
                        .labels(labels)
                        .classicHistogramBuckets(
                                ClassicHistogramBuckets.of(distribution.boundsSeconds(), distribution.counts()))
                        .sum(distribution.sumSeconds())
                        .build());
    }

    void gauge(String name, String help, Labels labels, long value) {
        gauge(name, help, labels, (double) value);
    }

    MetricSnapshots snapshots() {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        gauges.values().forEach(family -> all.metricSnapshot(family.build()));
        counters.values().forEach(family -> all.metricSnapshot(family.build()));
        histograms.values().forEach(family -> all.metricSnapshot(family.build()));
        return all.build();
    }
}
