// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.report.Figure;
import io.mirrorcarp.bench.report.Reading;
import io.mirrorcarp.bench.report.Result;
import io.mirrorcarp.bench.report.Target;
import io.mirrorcarp.bench.system.ReplicationSystem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The highest rate of new flows at which both kernels hold the same flows in the end. */
public final class Rate implements Measurement {
    private static final int FIRST = 8_000;
    private static final int LIMIT = 100_000;

    @Override
    public List<String> names() {
        return List.of("rate");
    }

    @Override
    public String summary() {
        return "highest rate of new flows with nothing missing on the backup, load and both ends on all cores";
    }

    @Override
    public int flows(Effort effort) {
        return effort.choose(3_000_000, 1_000_000);
    }

    @Override
    public List<Result> run(Set<String> wanted, Campaign campaign) {
        List<Reading> readings = new ArrayList<>();
        Map<String, Object> details = new LinkedHashMap<>();
        for (ReplicationSystem system : ReplicationSystem.values()) {
            campaign.step(system.label() + ": starts, then from " + FIRST + " flows/s upwards");
            try (RateProbe probe = new RateProbe(system, campaign, seconds(campaign))) {
                RateSearch search = new RateSearch(probe::attempt);
                readings.add(new Reading(system.label(), system.role(), search.highest(FIRST, LIMIT)));
                details.put(system.label(), search.trials());
            }
        }
        Figure figure = new Figure("rate", "flows/s", Figure.Better.HIGHER, readings, Target.atLeastTimesPeer(1.5));
        List<String> notes = List.of(
                "load bound to core 0, no other process to any; a rate is held when the load reaches it and, after it, both",
                "kernels have the same established flows");
        String title = "highest rate of new TCP flows with nothing missing, %d s each".formatted(seconds(campaign));
        return List.of(Result.of("rate", title, List.of(figure), notes, details));
    }

    private static int seconds(Campaign campaign) {
        return campaign.effort().choose(8, 3);
    }
}
