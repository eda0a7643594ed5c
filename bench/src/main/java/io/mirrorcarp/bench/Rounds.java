// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench;

import io.mirrorcarp.bench.bed.KernelLimits;
import io.mirrorcarp.bench.bed.Stillness;
import io.mirrorcarp.bench.measure.Campaign;
import io.mirrorcarp.bench.measure.Measurement;
import io.mirrorcarp.bench.report.Result;
import io.mirrorcarp.lab.net.LabException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Measurements made one after the other, each in rounds: a round measures every system once, so the systems take turns. A disturbed round
 * gives no figure; it is made again a few times. A measurement that fails does not keep the others from being made.
 */
final class Rounds {
    /** How often a measurement is made beyond the rounds that were asked for, when something disturbs it. */
    static final int SPARE = 2;

    private final List<Measurement> measurements;
    private final Campaign campaign;
    private final int count;
    private final Function<Runnable, Optional<String>> watch;
    private final Consumer<Result> show;
    private final List<Result> results = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /**
     * Measures nothing yet.
     *
     * @param count rounds of each measurement
     * @param watch runs a round, and tells what disturbed it: see {@link Stillness#during}
     * @param show is given each result as soon as it is there
     */
    Rounds(
            List<Measurement> measurements,
            Campaign campaign,
            int count,
            Function<Runnable, Optional<String>> watch,
            Consumer<Result> show) {
        this.measurements = List.copyOf(measurements);
        this.campaign = campaign;
        this.count = count;
        this.watch = watch;
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
            List<Result> found = still(measurement, chosen);
            found.forEach(show);
            results.addAll(found);
        } catch (LabException e) {
            String failure = String.join(", ", chosen) + ": " + e.reason();
            campaign.step("failed: " + failure);
            failures.add(failure);
        }
    }

    /** @throws LabException when each round was disturbed */
    private List<Result> still(Measurement measurement, Set<String> chosen) {
        List<List<Result>> still = new ArrayList<>();
        String disturbance = "";
        int disturbed = 0;
        while (still.size() < count && disturbed <= SPARE) {
            campaign.step("%s, round %d of %d".formatted(String.join(" ", chosen), still.size() + 1, count));
            List<Result> found = new ArrayList<>();
            Optional<String> cause = watch.apply(() -> found.addAll(measurement.run(chosen, campaign)));
            if (cause.isPresent()) {
                disturbed++;
                disturbance = cause.get();
                campaign.step("disturbed, and left out: " + disturbance);
            } else {
                still.add(found);
            }
        }
        if (still.isEmpty()) {
            throw new LabException("no figure, since the machine was disturbed each time: " + disturbance);
        }
        String note = disturbed == 0 ? "" : "disturbed rounds left out: %d (%s)".formatted(disturbed, disturbance);
        return merged(still, note);
    }

    private static List<Result> merged(List<List<Result>> rounds, String note) {
        List<Result> merged = new ArrayList<>();
        for (int i = 0; i < rounds.get(0).size(); i++) {
            int index = i;
            Result result =
                    Result.merged(rounds.stream().map(round -> round.get(index)).toList());
            merged.add(note.isEmpty() ? result : result.withNote(note));
        }
        return merged;
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
