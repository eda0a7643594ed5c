// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.bed.EntryCount;
import io.mirrorcarp.bench.gauge.AdvertCapture;
import io.mirrorcarp.bench.gauge.TableFill;
import io.mirrorcarp.bench.report.Figure;
import io.mirrorcarp.bench.report.Reading;
import io.mirrorcarp.bench.report.Result;
import io.mirrorcarp.bench.report.Role;
import io.mirrorcarp.bench.report.Target;
import io.mirrorcarp.bench.system.ElectionSystem;
import io.mirrorcarp.bench.system.Elector;
import io.mirrorcarp.bench.system.ReplicationSystem;
import io.mirrorcarp.bench.system.Replicator;
import io.mirrorcarp.lab.traffic.FlowLoad;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;

/** How late the master's advertisements are while its processor has everything else to do. */
public final class Advert implements Measurement {
    private static final String OURS = "carpd";
    private static final String PEERS = "keepalived + conntrackd FT-FW";
    private static final int CHURN_PER_SECOND = 20_000;
    private static final int LIFETIME_SECONDS = 3;
    /** Of the table that is transferred, so that the load's own ones are others. */
    private static final int FIRST_FLOW = 100_000_000;

    @Override
    public List<String> names() {
        return List.of("advert");
    }

    @Override
    public String summary() {
        return "lateness of the master's advertisements under churn and a bulk transfer";
    }

    @Override
    public int flows(Effort effort) {
        return transferred(effort) + CHURN_PER_SECOND * seconds(effort);
    }

    @Override
    public List<Result> run(Set<String> wanted, Campaign campaign) {
        int flows = transferred(campaign.effort());
        List<Reading> median = new ArrayList<>();
        List<Reading> p99 = new ArrayList<>();
        List<Reading> p999 = new ArrayList<>();
        List<String> notes = new ArrayList<>(
                List.of(
                        "how much longer than the interval that an advertisement tells the time to the next one is, on the wire"));
        Map<String, Object> details = new LinkedHashMap<>();
        for (String system : List.of(PEERS, OURS)) {
            campaign.step(system + ": " + flows + " flows to a cold peer beside " + CHURN_PER_SECOND + " flows/s");
            Role role = system.equals(OURS) ? Role.OURS : Role.PEER;
            Outcome outcome = system.equals(OURS) ? ours(flows, campaign) : peers(flows, campaign);
            median.add(new Reading(system, role, outcome.millis(50)));
            p99.add(new Reading(system, role, outcome.millis(99)));
            p999.add(new Reading(system, role, outcome.millis(99.9)));
            details.put(system, outcome.details());
            notes.add("%s: the load came to %,.0f flows/s".formatted(system, outcome.flowsPerSecond()));
        }
        List<Figure> figures = List.of(
                Figure.cost("p50", "ms", median, null),
                Figure.cost("p99", "ms", p99, null),
                Figure.cost("p99.9", "ms", p999, Target.atMost(5)));
        String title = "lateness of adverts in %d s of %,d flows/s that open and end, and of %,d flows to a cold peer"
                .formatted(seconds(campaign.effort()), CHURN_PER_SECOND, flows);
        return List.of(Result.of("advert", title, figures, notes, details));
    }

    private static int transferred(Effort effort) {
        return effort.choose(1_000_000, 100_000);
    }

    private static int seconds(Effort effort) {
        return effort.choose(60, 15);
    }

    private record Outcome(Histogram lateness, double flowsPerSecond, long received) {
        double millis(double percentile) {
            return lateness.getTotalCount() == 0 ? Double.NaN : lateness.getValueAtPercentile(percentile) / 1e6;
        }

        Map<String, Object> details() {
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("adverts", lateness.getTotalCount());
            details.put("maximumMillis", millis(100));
            details.put("flowsPerSecond", Math.round(flowsPerSecond));
            details.put("entriesOfTheBackup", received);
            return details;
        }
    }

    private static Outcome ours(int flows, Campaign campaign) {
        try (Bed bed = new Bed()) {
            TableFill.create(bed.sender(), FIRST_FLOW, flows);
            Elector elector = ElectionSystem.CARPD.on(bed, true);
            elector.launchPreferred();
            elector.awaitPreferred();
            return observe(bed, campaign, elector::launchOther);
        }
    }

    private static Outcome peers(int flows, Campaign campaign) {
        try (Bed bed = new Bed()) {
            TableFill.create(bed.sender(), FIRST_FLOW, flows);
            Elector elector = ElectionSystem.KEEPALIVED.on(bed, true);
            elector.launchPreferred();
            elector.launchOther();
            elector.awaitRoles();
            Replicator replicator = ReplicationSystem.FTFW.on(bed);
            replicator.start();
            return observe(bed, campaign, replicator::requestAll);
        }
    }

    /** From the beginning of the transfer on, for a time in which it should come to its end. */
    private static Outcome observe(Bed bed, Campaign campaign, Runnable transfer) {
        try (FlowLoad load = bed.load(campaign.effort().gap());
                EntryCount received = EntryCount.of(bed.receiver())) {
            load.open(CHURN_PER_SECOND, LIFETIME_SECONDS);
            AdvertCapture capture = AdvertCapture.ofPreferred(bed.receiver());
            int seconds = seconds(campaign.effort());
            long opened = load.opened();
            transfer.run();
            Loads.hold(seconds, () -> {});
            Histogram lateness = capture.end().lateness();
            return new Outcome(lateness, (double) (load.opened() - opened) / seconds, received.now());
        }
    }
}
