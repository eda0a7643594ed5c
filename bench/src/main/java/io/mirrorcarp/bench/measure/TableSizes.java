// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.bed.Cores;
import io.mirrorcarp.bench.bed.EntryCount;
import io.mirrorcarp.bench.gauge.TableFill;
import io.mirrorcarp.bench.report.Figure;
import io.mirrorcarp.bench.report.Reading;
import io.mirrorcarp.bench.report.Result;
import io.mirrorcarp.bench.system.ReplicationSystem;
import io.mirrorcarp.bench.system.Replicator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** Whether a flow costs the same however many there are. */
public final class TableSizes implements Measurement {
    private static final int FLOWS_PER_SECOND = 10_000;
    private static final int[] SIZES = {10_000, 100_000, 500_000, 1_000_000, 2_000_000};
    private static final int[] QUICK_SIZES = {10_000, 50_000};

    /** Of the flows that are there before, so that the load's own ones are others. */
    private static final int FIRST_FLOW = 100_000_000;

    private static final int REQUESTS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Override
    public List<String> names() {
        return List.of("size");
    }

    @Override
    public String summary() {
        return "CPU time for each flow with 10,000 to 2,000,000 flows in the table";
    }

    @Override
    public int flows(Effort effort) {
        return sizes(effort)[sizes(effort).length - 1] + effort.flowsAt(FLOWS_PER_SECOND);
    }

    @Override
    public List<Result> run(Set<String> wanted, Campaign campaign) {
        Map<Integer, Map<ReplicationSystem, FlowCosts>> costs = new LinkedHashMap<>();
        Map<String, Object> details = new LinkedHashMap<>();
        for (int size : sizes(campaign.effort())) {
            Map<ReplicationSystem, FlowCosts> ofSize = new LinkedHashMap<>();
            for (ReplicationSystem system : ReplicationSystem.values()) {
                campaign.step(String.format(
                        Locale.ROOT, "%s: %,d flows, then %,d more a second", system.label(), size, FLOWS_PER_SECOND));
                FlowCosts cost = measure(system, size, campaign);
                ofSize.put(system, cost);
                details.put(system.label() + " " + size, cost.details());
            }
            costs.put(size, ofSize);
        }
        return List.of(
                result("sender", costs, FlowCosts::senderMicrosPerFlow, details),
                result("receiver", costs, FlowCosts::receiverMicrosPerFlow, details));
    }

    private static int[] sizes(Effort effort) {
        return effort.quick() ? QUICK_SIZES : SIZES;
    }

    private static FlowCosts measure(ReplicationSystem kind, int size, Campaign campaign) {
        try (Bed bed = new Bed()) {
            TableFill.create(bed.sender(), FIRST_FLOW, size);
            if (!kind.transfersAll()) {
                TableFill.create(bed.receiver(), FIRST_FLOW, size);
            }
            Replicator system = kind.on(bed);
            system.start();
            if (kind.transfersAll()) {
                awaitCopies(bed, system, size, campaign);
            }
            system.bindToCores();
            return CostRun.ofStarted(bed, system, FLOWS_PER_SECOND, campaign.effort());
        }
    }

    /** Asks again for what did not come. */
    private static void awaitCopies(Bed bed, Replicator system, int size, Campaign campaign) {
        try (EntryCount received = EntryCount.of(bed.receiver())) {
            for (int i = 0; i < REQUESTS; i++) {
                system.requestAll();
                if (received.await(size, PATIENCE)) {
                    return;
                }
            }
            campaign.step(String.format(Locale.ROOT, "only %,d of %,d flows came to the backup", received.now(), size));
        }
    }

    private static Result result(
            String end,
            Map<Integer, Map<ReplicationSystem, FlowCosts>> costs,
            ToDoubleFunction<FlowCosts> value,
            Map<String, Object> details) {
        List<Figure> figures = new ArrayList<>();
        costs.forEach((size, ofSize) -> {
            List<Reading> readings = new ArrayList<>();
            ofSize.forEach((system, cost) ->
                    readings.add(new Reading(system.label(), system.role(), value.applyAsDouble(cost))));
            figures.add(Figure.cost(String.format(Locale.ROOT, "%,d", size), "us/flow", readings, null));
        });
        String title = String.format(
                Locale.ROOT,
                "CPU time of the %s for each flow at %,d flows/s, by flows that are there",
                end,
                FLOWS_PER_SECOND);
        List<String> notes = List.of(Cores.ofThisMachine().words());
        return new Result("size", title, figures, "flows in the table", notes, details);
    }
}
