// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.report.Figure;
import io.mirrorcarp.bench.report.Reading;
import io.mirrorcarp.bench.report.Result;
import io.mirrorcarp.bench.report.Role;
import io.mirrorcarp.bench.report.Target;
import io.mirrorcarp.bench.system.ElectionSystem;
import io.mirrorcarp.lab.firewall.SyncLink;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** How long nobody answers when the master goes. */
public final class Failover implements Measurement {
    private static final Map<Strike, Target> TARGETS = Map.of(
            Strike.STOP, Target.atMost(10), Strike.LINK, Target.atMost(25), Strike.POWER, Target.atMostTimesPeer(1));

    private record Case(String label, Role role, ElectionSystem system, SyncLink syncLink, Set<Strike> strikes) {}

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
        Map<Case, Map<Strike, List<Double>>> gaps = new LinkedHashMap<>();
        Map<String, Object> details = new LinkedHashMap<>();
        for (Case one : cases()) {
            Map<Strike, List<Double>> measured = measure(one, campaign);
            gaps.put(one, measured);
            measured.forEach((strike, millis) -> details.put(one.label() + " " + strike.label(), millis));
        }
        List<Figure> figures = new ArrayList<>();
        for (Strike strike : Strike.values()) {
            List<Reading> medians = readings(gaps, strike, Failover::median);
            figures.add(Figure.cost(strike.label() + " median", "ms", medians, TARGETS.get(strike)));
            figures.add(Figure.cost(strike.label() + " max", "ms", readings(gaps, strike, Failover::maximum), null));
        }
        List<String> notes = List.of(
                "advertisements every 20 ms (carpd: advskew 5 and 6, 19.5 and 23.4 ms; ucarp: 1 s); a gap is known to 2 ms",
                "and is 2 ms when nothing is lost; the sync link is one cable, whose other end loses its carrier with the power");
        String title = "time without an answer through the virtual addresses, %d times each"
                .formatted(campaign.effort().repetitions());
        return List.of(Result.of("failover", title, figures, notes, details));
    }

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (ElectionSystem system : ElectionSystem.values()) {
            Set<Strike> strikes = EnumSet.allOf(Strike.class);
            if (system == ElectionSystem.UCARP) {
                strikes.remove(Strike.LINK);
            }
            cases.add(new Case(system.label(), system.role(), system, SyncLink.CABLE, strikes));
        }
        cases.add(new Case(
                "carpd, sync by a switch",
                Role.REMARK,
                ElectionSystem.CARPD,
                SyncLink.SWITCH,
                EnumSet.of(Strike.POWER)));
        return cases;
    }

    private static List<Reading> readings(
            Map<Case, Map<Strike, List<Double>>> gaps, Strike strike, ToDoubleFunction<List<Double>> which) {
        List<Reading> readings = new ArrayList<>();
        gaps.forEach((one, measured) -> {
            List<Double> millis = measured.get(strike);
            if (millis != null) {
                readings.add(new Reading(one.label(), one.role(), which.applyAsDouble(millis)));
            }
        });
        return readings;
    }

    /** NaN, which is no gap that ended, counts as the longest. */
    private static double median(List<Double> millis) {
        return millis.stream().sorted().toList().get(millis.size() / 2);
    }

    private static double maximum(List<Double> millis) {
        return millis.stream().sorted().toList().get(millis.size() - 1);
    }

    private static Map<Strike, List<Double>> measure(Case one, Campaign campaign) {
        Map<Strike, List<Double>> gaps = new EnumMap<>(Strike.class);
        try (Bed bed = new Bed(one.syncLink());
                FailoverRun run = new FailoverRun(bed, one.system().on(bed, true))) {
            campaign.step(one.label() + ": starts");
            run.start();
            for (Strike strike : one.strikes()) {
                List<Double> millis = new ArrayList<>();
                for (int i = 0; i < campaign.effort().repetitions(); i++) {
                    millis.add(run.gapMillis(strike));
                }
                campaign.step(
                        String.format(Locale.ROOT, "%s, %s: %.1f ms", one.label(), strike.label(), millis.get(0)));
                gaps.put(strike, millis);
            }
        }
        return gaps;
    }
}
