// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.bed.Cores;
import io.mirrorcarp.bench.report.Figure;
import io.mirrorcarp.bench.report.Reading;
import io.mirrorcarp.bench.report.Result;
import io.mirrorcarp.bench.report.Role;
import io.mirrorcarp.bench.report.Target;
import io.mirrorcarp.bench.system.ReplicationSystem;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What a flow costs: CPU time at both ends, and bytes on the sync link. One load for the three. */
public final class FlowCost implements Measurement {
    private static final String SENDER = "sender";
    private static final String RECEIVER = "receiver";
    private static final String WIRE = "wire";
    private static final int FLOWS_PER_SECOND = 10_000;
    /** A rate at which carpd tells of a connection when it begins, and again when it is established. */
    private static final int TOLD_TWICE_PER_SECOND = 5_000;

    @Override
    public List<String> names() {
        return List.of(SENDER, RECEIVER, WIRE);
    }

    @Override
    public String summary() {
        return "CPU time of sender and receiver, and bytes on the sync link, for each TCP flow that is opened";
    }

    @Override
    public int flows(Effort effort) {
        return effort.flowsAt(FLOWS_PER_SECOND);
    }

    @Override
    public List<Result> run(Set<String> wanted, Campaign campaign) {
        Map<ReplicationSystem, FlowCosts> costs = new EnumMap<>(ReplicationSystem.class);
        for (ReplicationSystem system : ReplicationSystem.values()) {
            costs.put(system, measure(system, FLOWS_PER_SECOND, campaign));
        }
        FlowCosts toldTwice =
                campaign.effort().brief() ? null : measure(ReplicationSystem.CARPD, TOLD_TWICE_PER_SECOND, campaign);
        List<Result> results = new ArrayList<>();
        if (wanted.contains(SENDER)) {
            List<Reading> floor = Floors.ofSender(FLOWS_PER_SECOND, campaign);
            results.add(
                    result(SENDER, "us/flow", costs, toldTwice, FlowCosts::senderMicrosPerFlow, floor, 10, campaign));
        }
        if (wanted.contains(RECEIVER)) {
            List<Reading> floor = Floors.ofReceiver(campaign);
            results.add(result(
                    RECEIVER, "us/flow", costs, toldTwice, FlowCosts::receiverMicrosPerFlow, floor, 10, campaign));
        }
        if (wanted.contains(WIRE)) {
            results.add(
                    result(WIRE, "bytes/flow", costs, toldTwice, FlowCosts::wireBytesPerFlow, List.of(), 80, campaign));
        }
        return results;
    }

    private static FlowCosts measure(ReplicationSystem system, int flowsPerSecond, Campaign campaign) {
        campaign.step(system.label() + ": starts, then " + flowsPerSecond + " flows/s");
        try (Bed bed = new Bed()) {
            return CostRun.of(bed, system.on(bed), flowsPerSecond, campaign.effort());
        }
    }

    private static Result result(
            String name,
            String unit,
            Map<ReplicationSystem, FlowCosts> costs,
            @Nullable FlowCosts toldTwice,
            ToDoubleFunction<FlowCosts> value,
            List<Reading> floor,
            int target,
            Campaign campaign) {
        List<Reading> readings = new ArrayList<>();
        Map<String, Object> details = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>();
        costs.forEach((system, cost) -> {
            readings.add(new Reading(system.label(), system.role(), value.applyAsDouble(cost)));
            details.put(system.label(), cost.details());
            remark(system, cost, notes);
        });
        if (toldTwice != null) {
            readings.add(new Reading(
                    "carpd, %,d flows/s".formatted(TOLD_TWICE_PER_SECOND),
                    Role.REMARK,
                    value.applyAsDouble(toldTwice)));
        }
        readings.addAll(floor);
        notes.add(Cores.ofThisMachine().words() + "; " + campaign.effort().gapWords());
        String title = String.format(
                Locale.ROOT,
                "%s for each TCP flow opened (3 packets, 3 events), %,d flows/s for %d s after %d s of warm-up",
                name.equals(WIRE) ? "bytes on the sync link, all headers," : "CPU time of the " + name,
                FLOWS_PER_SECOND,
                campaign.effort().seconds(),
                campaign.effort().warmUpSeconds());
        Figure figure = Figure.cost(name, unit, readings, Target.atMost(target));
        return Result.of(name, title, List.of(figure), notes, details);
    }

    /** What the figure of a system leaves out: flows that it lost cost it nothing, nor do those that the load did not open. */
    private static void remark(ReplicationSystem system, FlowCosts cost, List<String> notes) {
        if (cost.missing() > 0) {
            notes.add(system.label() + ": " + cost.missing() + " flows missing or behind at the receiver in the end");
        }
        if (cost.ratePerSecond() < 0.98 * FLOWS_PER_SECOND) {
            notes.add(system.label() + ": the load came to " + Math.round(cost.ratePerSecond()) + " flows/s only");
        }
    }
}
