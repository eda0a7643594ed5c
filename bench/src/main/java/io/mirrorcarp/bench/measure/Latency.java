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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The time from an entry in fw-a's kernel to its copy in fw-b's. */
public final class Latency implements Measurement {
    private static final int FLOWS_PER_SECOND = 5_000;

    @Override
    public List<String> names() {
        return List.of("latency");
    }

    @Override
    public String summary() {
        return "time from a new entry on the master to its copy on the backup";
    }

    @Override
    public int flows(Effort effort) {
        return effort.flowsAt(FLOWS_PER_SECOND);
    }

    @Override
    public List<Result> run(Set<String> wanted, Campaign campaign) {
        List<Reading> median = new ArrayList<>();
        List<Reading> p99 = new ArrayList<>();
        List<Reading> p999 = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        Map<String, Object> details = new LinkedHashMap<>();
        for (ReplicationSystem system : ReplicationSystem.values()) {
            campaign.step(system.label() + ": starts, then " + FLOWS_PER_SECOND + " flows/s");
            ImportLatency latency = measure(system, campaign.effort());
            median.add(new Reading(system.label(), system.role(), latency.millis(50)));
            p99.add(new Reading(system.label(), system.role(), latency.millis(99)));
            p999.add(new Reading(system.label(), system.role(), latency.millis(99.9)));
            details.put(system.label(), Map.of("maximumMillis", latency.millis(100), "missing", latency.missing()));
            if (latency.missing() > 0) {
                notes.add(system.label() + ": " + latency.missing() + " flows never came");
            }
        }
        notes.add(Cores.ofThisMachine().words() + "; " + campaign.effort().gapWords());
        List<Figure> figures = List.of(
                Figure.cost("p50", "ms", median, Target.atMost(1)),
                Figure.cost("p99", "ms", p99, Target.atMost(3)),
                Figure.cost("p99.9", "ms", p999, null));
        String title = "from the entry on the master to the entry on the backup, %,d flows/s for %d s"
                .formatted(FLOWS_PER_SECOND, campaign.effort().seconds());
        return List.of(Result.of("latency", title, figures, notes, details));
    }

    private static ImportLatency measure(ReplicationSystem kind, Effort effort) {
        try (Bed bed = new Bed()) {
            ImportLatency.noteTimes(bed.sender());
            ImportLatency.noteTimes(bed.receiver());
            Replicator system = kind.on(bed);
            system.start();
            system.bindToCores();
            try (FlowLoad load = bed.load(effort.gap())) {
                Loads.run(load, FLOWS_PER_SECOND, effort.warmUpSeconds(), () -> {});
                int first = Math.toIntExact(load.begun());
                Loads.run(load, FLOWS_PER_SECOND, effort.seconds(), () -> {});
                int end = Math.toIntExact(load.begun());
                Loads.finish(load);
                Loads.missing(bed, end);
                KernelFlows originals = KernelFlows.read(bed.sender(), end);
                return ImportLatency.between(originals, KernelFlows.read(bed.receiver(), end), first, end);
            }
        }
    }
}
