// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench;

import io.mirrorcarp.bench.bed.KernelLimits;
import io.mirrorcarp.bench.measure.Campaign;
import io.mirrorcarp.bench.measure.Measurement;
import io.mirrorcarp.bench.report.Result;
import io.mirrorcarp.lab.net.LabException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Measurements made one after the other. One that fails does not keep the others from being made. */
final class Round {
    private final List<Measurement> measurements;
    private final Campaign campaign;
    private final Consumer<Result> show;
    private final List<Result> results = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /** @param show is given each result as soon as it is there */
    Round(List<Measurement> measurements, Campaign campaign, Consumer<Result> show) {
        this.measurements = List.copyOf(measurements);
        this.campaign = campaign;
        this.show = show;
    }

    /** Makes those that have one of the names, on a kernel that has room for each. */
    void make(Set<String> wanted) {
        KernelLimits limits = KernelLimits.hold();
        try {
            make(wanted, limits::fit);
        } finally {
            limits.close();
        }
    }

    /** @param fit is told how many flows the next measurement needs room for */
    void make(Set<String> wanted, Consumer<Integer> fit) {
        for (Measurement measurement : measurements) {
            Set<String> chosen = new LinkedHashSet<>(measurement.names());
            chosen.retainAll(wanted);
            if (!chosen.isEmpty()) {
                fit.accept(measurement.flows(campaign.effort()));
                make(measurement, chosen);
            }
        }
    }

    private void make(Measurement measurement, Set<String> chosen) {
        try {
            List<Result> found = measurement.run(chosen, campaign);
            found.forEach(show);
            results.addAll(found);
        } catch (LabException e) {
            String failure = String.join(", ", chosen) + ": " + e.reason();
            campaign.progress().step("failed: " + failure);
            failures.add(failure);
        }
    }

    /** What was found, in order. */
    List<Result> results() {
        return List.copyOf(results);
    }

    /** What could not be measured and why, one line each. */
    List<String> failures() {
        return List.copyOf(failures);
    }
}
