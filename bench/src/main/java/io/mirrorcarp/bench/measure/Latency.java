// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.bed.Cores;
import io.mirrorcarp.bench.bed.KernelFlows;
import io.mirrorcarp.bench.gauge.ImportLatency;
import io.mirrorcarp.bench.report.Figure;
import io.mirrorcarp.bench.report.Reading;
import io.mirrorcarp.bench.report.Result;
import io.mirrorcarp.bench.report.Target;
import io.mirrorcarp.bench.system.ReplicationSystem;
import io.mirrorcarp.bench.system.Replicator;
import io.mirrorcarp.lab.traffic.FlowLoad;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/** The time from an entry in fw-a's kernel to its copy in fw-b's, at several rates. */
public final class Latency implements Measurement {
    private static final int[] RATES_PER_SECOND = {500, 5_000, 15_000};
    private static final int WARM_UP_PER_SECOND = 5_000;

    /** Rates at which ours has a target. */
    private static final int TARGET_UP_TO_PER_SECOND = 5_000;

    private static final double MOST_P50_MILLIS = 0.15;
    private static final double MOST_P99_MILLIS = 1;

    @Override
    public List<String> names() {
        return List.of("latency");
    }

    @Override
    public String summary() {
        return "time from a new entry on the master to its copy on the backup, at 500 to 15,000 flows/s";
    }

    @Override
    public int flows(Effort effort) {
        return WARM_UP_PER_SECOND * effort.warmUpSeconds()
                + IntStream.of(RATES_PER_SECOND).sum() * (effort.seconds() + 2);
    }

    @Override
    public List<Result> run(Set<String> wanted, Campaign campaign) {
        Map<ReplicationSystem, Map<Integer, ImportLatency>> latencies = new EnumMap<>(ReplicationSystem.class);
        for (ReplicationSystem system : ReplicationSystem.values()) {
            campaign.step(system.label() + ": starts, then new flows at three rates");
            latencies.put(system, measure(system, campaign.effort()));
        }
        return IntStream.of(RATES_PER_SECOND)
                .mapToObj(rate -> result(rate, latencies, campaign.effort()))
                .toList();
    }

    private static Result result(
            int rate, Map<ReplicationSystem, Map<Integer, ImportLatency>> latencies, Effort effort) {
        List<Reading> median = new ArrayList<>();
        List<Reading> p99 = new ArrayList<>();
        List<Reading> underWay = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        Map<String, Object> details = new LinkedHashMap<>();
        latencies.forEach((system, byRate) -> {
            ImportLatency latency = Objects.requireNonNull(byRate.get(rate));
            median.add(new Reading(system.label(), system.role(), latency.millis(50)));
            p99.add(new Reading(system.label(), system.role(), latency.millis(99)));
            underWay.add(new Reading(system.label(), system.role(), latency.meanMillis() * rate / 1e3));
            details.put(system.label(), Map.of("maximumMillis", latency.millis(100), "missing", latency.missing()));
            if (latency.missing() > 0) {
                notes.add(system.label() + ": " + latency.missing() + " flows never came");
            }
        });
        notes.add("lost: flows that are under way at any moment, and so are lost when the power goes");
        notes.add(Cores.ofThisMachine().words() + "; " + effort.gapWords());
        boolean aimed = rate <= TARGET_UP_TO_PER_SECOND;
        List<Figure> figures = List.of(
                Figure.cost("p50", "ms", median, aimed ? Target.atMost(MOST_P50_MILLIS) : null),
                Figure.cost("p99", "ms", p99, aimed ? Target.atMost(MOST_P99_MILLIS) : null),
                Figure.cost("lost", "flows", underWay, null));
        String title = String.format(
                Locale.ROOT,
                "from the entry on the master to the entry on the backup, %,d flows/s for %d s",
                rate,
                effort.seconds());
        return Result.of("latency", title, figures, notes, details);
    }

    private static Map<Integer, ImportLatency> measure(ReplicationSystem kind, Effort effort) {
        try (Bed bed = new Bed()) {
            ImportLatency.noteTimes(bed.sender());
            ImportLatency.noteTimes(bed.receiver());
            Replicator system = kind.on(bed);
            system.start();
            system.bindToCores();
            try (FlowLoad load = bed.load(effort.gap())) {
                Loads.run(load, WARM_UP_PER_SECOND, effort.warmUpSeconds(), () -> {});
                List<Integer> bounds = new ArrayList<>();
                for (int rate : RATES_PER_SECOND) {
                    load.open(rate, 0);
                    bounds.add(Math.toIntExact(load.begun()));
                    Loads.hold(effort.seconds(), () -> {});
                }
                bounds.add(Math.toIntExact(load.begun()));
                Loads.finish(load);
                return compare(bed, bounds);
            }
        }
    }

    /** @param bounds the numbers of the first flow of each rate, and of the first that none counts */
    private static Map<Integer, ImportLatency> compare(Bed bed, List<Integer> bounds) {
        int end = bounds.get(bounds.size() - 1);
        Loads.missing(bed, end);
        KernelFlows originals = KernelFlows.read(bed.sender(), end);
        KernelFlows copies = KernelFlows.read(bed.receiver(), end);
        Map<Integer, ImportLatency> latencies = new LinkedHashMap<>();
        for (int i = 0; i < RATES_PER_SECOND.length; i++) {
            latencies.put(
                    RATES_PER_SECOND[i], ImportLatency.between(originals, copies, bounds.get(i), bounds.get(i + 1)));
        }
        return latencies;
    }
}
