// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.EntryCount;
import io.mirrorcarp.bench.bed.SpreadBed;
import io.mirrorcarp.bench.gauge.CpuMeter;
import io.mirrorcarp.bench.report.Figure;
import io.mirrorcarp.bench.report.Reading;
import io.mirrorcarp.bench.report.Result;
import io.mirrorcarp.bench.report.Role;
import io.mirrorcarp.bench.system.CarpdSpread;
import io.mirrorcarp.lab.firewall.Router;
import io.mirrorcarp.lab.traffic.FlowLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What replication costs each of several nodes that work at the same time, and how far that goes. */
public final class Capacity implements Measurement {
    private static final String NAME = "capacity";
    private static final int FLOWS_PER_SECOND = 2_000;
    private static final int MOST_MEASURED = 4;
    private static final List<Integer> SHOWN = List.of(1, 2, 3, 4, 8, 16);
    private static final int IDLE_SECONDS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** CPU of the processes in percent of a core, the active ones first, and what did not arrive. */
    private record Run(double idlePercent, List<Double> percent, long missing) {
        double active(int nodes) {
            return percent.subList(0, nodes).stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElse(Double.NaN);
        }
    }

    @Override
    public List<String> names() {
        return List.of(NAME);
    }

    @Override
    public String summary() {
        return "CPU of each of 1 to 4 active nodes that replicate their flows to one another, and the limit";
    }

    @Override
    public int flows(Effort effort) {
        return MOST_MEASURED * effort.flowsAt(FLOWS_PER_SECOND);
    }

    @Override
    public List<Result> run(Set<String> wanted, Campaign campaign) {
        Map<Integer, Run> runs = new LinkedHashMap<>();
        Run one = measure(1, campaign);
        runs.put(1, one);
        for (int nodes = 2; nodes <= MOST_MEASURED; nodes++) {
            runs.put(nodes, measure(nodes, campaign));
        }
        NodeCosts costs = NodeCosts.of(
                one.idlePercent(), one.percent().get(0), one.percent().get(1), FLOWS_PER_SECOND);
        List<String> notes = notes(runs, costs);
        return List.of(cpu(runs, costs, notes, campaign.effort()), limit(costs, notes));
    }

    private static Run measure(int nodes, Campaign campaign) {
        campaign.step("%d active: they start, then %,d flows/s through each".formatted(nodes, FLOWS_PER_SECOND));
        Effort effort = campaign.effort();
        try (SpreadBed bed = new SpreadBed(nodes)) {
            CarpdSpread system = new CarpdSpread(bed);
            system.start();
            List<CpuMeter> idle = meters(system);
            Loads.hold(IDLE_SECONDS, () -> idle.forEach(CpuMeter::read));
            List<FlowLoad> loads = bed.loads(effort.gap());
            loads.forEach(load -> load.open(FLOWS_PER_SECOND, 0));
            Loads.hold(effort.warmUpSeconds(), () -> {});
            List<CpuMeter> busy = meters(system);
            Loads.hold(effort.seconds(), () -> busy.forEach(CpuMeter::read));
            loads.forEach(Loads::finish);
            long opened = loads.stream().mapToLong(FlowLoad::opened).sum();
            long missing = missing(bed, opened);
            loads.forEach(FlowLoad::close);
            return new Run(
                    percent(idle, IDLE_SECONDS).stream()
                            .mapToDouble(Double::doubleValue)
                            .average()
                            .orElse(0),
                    percent(busy, effort.seconds()),
                    missing);
        }
    }

    private static List<CpuMeter> meters(CarpdSpread system) {
        return system.processes().stream()
                .map(process -> new CpuMeter(List.of(process)))
                .toList();
    }

    private static List<Double> percent(List<CpuMeter> meters, int seconds) {
        return meters.stream().map(meter -> meter.nanos() / (seconds * 1e7)).toList();
    }

    /** How many flows the node that lacks most of them lacks. */
    private static long missing(SpreadBed bed, long opened) {
        long most = 0;
        for (Router router : bed.topology().routers()) {
            try (EntryCount count = EntryCount.of(router.host())) {
                count.await(opened, PATIENCE);
                most = Math.max(most, opened - count.now());
            }
        }
        return most;
    }

    private static List<String> notes(Map<Integer, Run> runs, NodeCosts costs) {
        List<String> notes = new ArrayList<>();
        notes.add("a flow costs %.1f us where it is, and %.1f us at each other node; %.2f %% of a core without flows"
                .formatted(costs.tellMicros(), costs.takeMicros(), costs.idlePercent()));
        notes.add("below 7,500 flows/s a node tells of each twice; above, once, which costs less");
        runs.forEach((nodes, run) -> {
            if (run.missing() > 0) {
                notes.add(nodes + " nodes: " + run.missing() + " flows missing at one of them in the end");
            }
        });
        return notes;
    }

    private static Result cpu(Map<Integer, Run> runs, NodeCosts costs, List<String> notes, Effort effort) {
        List<Figure> figures = new ArrayList<>();
        for (int nodes : SHOWN) {
            List<Reading> readings = new ArrayList<>();
            Run run = runs.get(nodes);
            if (run != null) {
                readings.add(new Reading("measured", Role.OURS, run.active(nodes)));
            }
            readings.add(new Reading("calculated", Role.REMARK, costs.percent(nodes, FLOWS_PER_SECOND)));
            figures.add(Figure.cost(words(nodes), "% of a core", readings, null));
        }
        String title = "CPU of carpd on each active node, %,d flows/s through each, for %d s after %d s of warm-up"
                .formatted(FLOWS_PER_SECOND, effort.seconds(), effort.warmUpSeconds());
        return Result.of(NAME, title, figures, notes, Map.of());
    }

    private static Result limit(NodeCosts costs, List<String> notes) {
        List<Figure> figures = new ArrayList<>();
        for (int nodes : SHOWN) {
            double most = costs.mostFlowsPerSecond(nodes);
            figures.add(new Figure(
                    words(nodes),
                    "flows/s",
                    Figure.Better.HIGHER,
                    List.of(
                            new Reading("through each", Role.REMARK, most),
                            new Reading("through all", Role.REMARK, nodes * most)),
                    null));
        }
        String title = "by calculation, the flows/s at which replication fills a core of each node";
        return Result.of(NAME, title, figures, notes.subList(0, 1), Map.of());
    }

    private static String words(int nodes) {
        return nodes == 1 ? "1 node" : nodes + " nodes";
    }
}
