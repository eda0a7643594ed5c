// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.report.Figure;
import io.mirrorcarp.bench.report.Reading;
import io.mirrorcarp.bench.report.Result;
import io.mirrorcarp.bench.report.Role;
import io.mirrorcarp.bench.report.Target;
import io.mirrorcarp.bench.system.ElectionSystem;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** How long nobody answers when the master goes. */
public final class Failover implements Measurement {
    private static final Map<Strike, Target> TARGETS = Map.of(
            Strike.STOP, Target.atMost(10),
            Strike.LINK, Target.atMost(25),
            Strike.POWER, Target.atMostTimesPeer(1),
            Strike.POWER_SWITCHED, Target.atMostTimesPeer(1));

    /** Where silence alone decides, a gap depends on the moment within the interval by half of it or more: fewer tries differ by more than the systems do. */
    private static final int TRIES_OF_SILENCE = 11;

    /** The moments of the tries are spread over it: what leads to a try takes a system nearly the same time each time, so that they would all fall into the same part of the interval. */
    private static final long INTERVAL_NANOS = 20_000_000;

    /** It does not notice a link, nor has it anything to do with a sync link. */
    private static final Set<Strike> UCARP_STRIKES = EnumSet.of(Strike.STOP, Strike.POWER);

    @Override
    public List<String> names() {
        return List.of("failover");
    }

    @Override
    public String summary() {
        return "gap that a ping of 2 ms sees when the master stops, loses its LAN link, or loses power";
    }

    @Override
    public List<Result> run(Set<String> wanted, Campaign campaign) {
        Map<ElectionSystem, Map<Strike, List<Double>>> gaps = new EnumMap<>(ElectionSystem.class);
        Map<String, Object> details = new LinkedHashMap<>();
        for (ElectionSystem system : ElectionSystem.values()) {
            if (campaign.effort().brief() && system.role() == Role.REMARK) {
                continue;
            }
            Map<Strike, List<Double>> measured = measure(system, campaign);
            gaps.put(system, measured);
            measured.forEach((strike, millis) -> details.put(system.label() + " " + strike.label(), millis));
        }
        List<Figure> figures = new ArrayList<>();
        for (Strike strike : Strike.values()) {
            figures.add(Figure.cost(strike.label(), "ms", readings(gaps, strike), TARGETS.get(strike)));
        }
        List<String> notes = List.of(
                "advertisements every 20 ms (carpd: advskew 5 and 6, 19.5 and 23.4 ms; ucarp: 1 s); a gap is known to 2 ms",
                "and is 2 ms when nothing is lost");
        String title = "time without an answer through the virtual addresses";
        return List.of(Result.of("failover", title, figures, notes, details));
    }

    private static List<Reading> readings(Map<ElectionSystem, Map<Strike, List<Double>>> gaps, Strike strike) {
        List<Reading> readings = new ArrayList<>();
        gaps.forEach((system, measured) -> {
            List<Double> millis = measured.get(strike);
            if (millis != null) {
                readings.add(new Reading(system.label(), system.role(), millis));
            }
        });
        return readings;
    }

    private static int tries(Strike strike, Effort effort) {
        return strike == Strike.POWER_SWITCHED && !effort.quick() ? TRIES_OF_SILENCE : effort.repetitions();
    }

    private static Map<Strike, List<Double>> measure(ElectionSystem system, Campaign campaign) {
        Map<Strike, List<Double>> gaps = new EnumMap<>(Strike.class);
        try (Bed bed = new Bed();
                FailoverRun run = new FailoverRun(bed, system.on(bed, true))) {
            campaign.step(system.label() + ": starts");
            run.start();
            for (Strike strike : Strike.values()) {
                if (system == ElectionSystem.UCARP && !UCARP_STRIKES.contains(strike)) {
                    continue;
                }
                List<Double> millis = new ArrayList<>();
                int tries = tries(strike, campaign.effort());
                for (int i = 0; i < tries; i++) {
                    millis.add(run.gapMillis(strike, INTERVAL_NANOS * i / tries));
                    campaign.step(String.format(
                            Locale.ROOT, "%s, %s: %.1f ms", system.label(), strike.label(), millis.get(i)));
                }
                gaps.put(strike, millis);
            }
        }
        return gaps;
    }
}
