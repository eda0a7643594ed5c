// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.bed.Waiting;
import io.mirrorcarp.bench.gauge.AdvertCapture;
import io.mirrorcarp.bench.report.Figure;
import io.mirrorcarp.bench.report.Reading;
import io.mirrorcarp.bench.report.Result;
import io.mirrorcarp.bench.report.Target;
import io.mirrorcarp.bench.system.ElectionSystem;
import io.mirrorcarp.bench.system.Elector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** How long a daemon takes to be of use. */
public final class Start implements Measurement {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<ElectionSystem> SYSTEMS =
            List.of(ElectionSystem.KEEPALIVED, ElectionSystem.UCARP, ElectionSystem.CARPD);

    private record Times(double readyMillis, double advertMillis) {}

    @Override
    public List<String> names() {
        return List.of("start");
    }

    @Override
    public String summary() {
        return "time from the start of the process until it answers, and until its first advertisement";
    }

    @Override
    public List<Result> run(Set<String> wanted, Campaign campaign) {
        List<Reading> ready = new ArrayList<>();
        List<Reading> advert = new ArrayList<>();
        Map<String, Object> details = new LinkedHashMap<>();
        for (ElectionSystem system : SYSTEMS) {
            List<Times> times = new ArrayList<>();
            for (int i = 0; i < campaign.effort().repetitions(); i++) {
                times.add(measure(system));
            }
            campaign.step(system.label() + ": started " + times.size() + " times");
            ready.add(reading(system, times, Times::readyMillis));
            advert.add(reading(system, times, Times::advertMillis));
            details.put(system.label(), times);
        }
        List<Figure> figures = List.of(
                Figure.cost("ready", "ms", ready, Target.atMost(1500)),
                Figure.cost("first advert", "ms", advert, null));
        List<String> notes = List.of(
                "ready: carpd answers on its control socket; the others have none. First advert: of a node that is alone, at an",
                "interval of about 20 ms (ucarp: 1 s); carpd has pfsync on, and looks for a peer first");
        return List.of(Result.of("start", "from the start of the process", figures, notes, details));
    }

    private static Reading reading(ElectionSystem system, List<Times> times, ToDoubleFunction<Times> which) {
        return new Reading(
                system.label(),
                system.role(),
                times.stream().map(which::applyAsDouble).toList());
    }

    private static Times measure(ElectionSystem system) {
        try (Bed bed = new Bed()) {
            Elector elector = system.on(bed, true);
            AdvertCapture capture = AdvertCapture.ofPreferred(bed.receiver());
            Instant wallStart = Instant.now();
            long start = System.nanoTime();
            elector.launchPreferred();
            double ready = elector.awaitAnswer() ? (System.nanoTime() - start) / 1e6 : Double.NaN;
            Waiting.until(
                    "an advertisement of " + system.label(),
                    LIMIT,
                    () -> !capture.times().nanos().isEmpty());
            long firstNanos = capture.end().nanos().get(0);
            double advert = (firstNanos - wallStart.getEpochSecond() * 1e9 - wallStart.getNano()) / 1e6;
            return new Times(ready, advert);
        }
    }
}
