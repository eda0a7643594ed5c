// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.gauge.ProcessMemory;
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
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The resident set of both ends, as the table grows. */
public final class Memory implements Measurement {
    private static final int FLOWS_PER_SECOND = 8_000;
    private static final double MOST_BYTES_PER_FLOW = 64;

    /** What one end of a system has in memory with few flows and with many. */
    private record Growth(ProcessMemory few, ProcessMemory many, int flowsBetween) {
        double bytesPerFlow() {
            return (double) (many.residentBytes() - few.residentBytes()) / flowsBetween;
        }
    }

    private record Ends(Growth sender, Growth receiver, int missing) {}

    @Override
    public List<String> names() {
        return List.of("memory");
    }

    @Override
    public String summary() {
        return "resident memory of both ends, and how much each flow adds";
    }

    @Override
    public int flows(Effort effort) {
        return many(effort) + FLOWS_PER_SECOND;
    }

    @Override
    public List<Result> run(Set<String> wanted, Campaign campaign) {
        int few = campaign.effort().choose(200_000, 20_000);
        int many = many(campaign.effort());
        Map<ReplicationSystem, Ends> ends = new EnumMap<>(ReplicationSystem.class);
        List<String> notes = new ArrayList<>();
        for (ReplicationSystem system : ReplicationSystem.values()) {
            campaign.step(
                    "%s: %,d flows, then %,d, at %,d a second".formatted(system.label(), few, many, FLOWS_PER_SECOND));
            Ends measured = measure(system, few, many, campaign);
            ends.put(system, measured);
            if (measured.missing() > 0) {
                notes.add(system.label() + ": " + measured.missing() + " flows missing on the backup");
            }
        }
        List<Figure> figures = new ArrayList<>();
        figures.addAll(figures("sender", ends, Ends::sender, few, many));
        figures.addAll(figures("receiver", ends, Ends::receiver, few, many));
        String title = String.format(Locale.ROOT, "resident set with %,d and %,d flows, and growth between", few, many);
        return List.of(Result.of("memory", title, figures, notes, details(ends)));
    }

    private static int many(Effort effort) {
        return effort.choose(500_000, 50_000);
    }

    private static Ends measure(ReplicationSystem kind, int few, int many, Campaign campaign) {
        try (Bed bed = new Bed()) {
            Replicator system = kind.on(bed);
            system.start();
            try (FlowLoad load = bed.load(campaign.effort().gap())) {
                open(load, few);
                Loads.missing(bed, few);
                ProcessMemory senderFew = ProcessMemory.of(system.senderProcesses());
                ProcessMemory receiverFew = ProcessMemory.of(system.receiverProcesses());
                open(load, many);
                int opened = Math.toIntExact(load.opened());
                int missing = Loads.missing(bed, opened);
                ProcessMemory sender = ProcessMemory.of(system.senderProcesses());
                ProcessMemory receiver = ProcessMemory.of(system.receiverProcesses());
                return new Ends(
                        new Growth(senderFew, sender, many - few),
                        new Growth(receiverFew, receiver, many - few),
                        missing);
            }
        }
    }

    private static void open(FlowLoad load, int flows) {
        while (load.opened() < flows) {
            Loads.run(load, FLOWS_PER_SECOND, 1, () -> {});
        }
        Loads.finish(load);
    }

    private static List<Figure> figures(
            String end, Map<ReplicationSystem, Ends> ends, Function<Ends, Growth> which, int few, int many) {
        return List.of(
                figure(name(end, few), "MB", ends, which, growth -> growth.few().residentMegabytes(), 110),
                figure(
                        name(end, many),
                        "MB",
                        ends,
                        which,
                        growth -> growth.many().residentMegabytes(),
                        170),
                figure(end + " growth", "bytes/flow", ends, which, Growth::bytesPerFlow, MOST_BYTES_PER_FLOW));
    }

    private static String name(String end, int flows) {
        return end + " " + flows / 1000 + "k";
    }

    private static Figure figure(
            String name,
            String unit,
            Map<ReplicationSystem, Ends> ends,
            Function<Ends, Growth> which,
            ToDoubleFunction<Growth> value,
            double target) {
        List<Reading> readings = new ArrayList<>();
        ends.forEach((system, measured) ->
                readings.add(new Reading(system.label(), system.role(), value.applyAsDouble(which.apply(measured)))));
        return Figure.cost(name, unit, readings, Target.atMost(target));
    }

    private static Map<String, Object> details(Map<ReplicationSystem, Ends> ends) {
        Map<String, Object> details = new LinkedHashMap<>();
        ends.forEach((system, measured) -> details.put(system.label(), measured));
        return details;
    }
}
