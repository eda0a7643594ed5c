// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.bed.Waiting;
import io.mirrorcarp.bench.gauge.AdvertCapture;
import io.mirrorcarp.bench.gauge.Announcements;
import io.mirrorcarp.bench.report.Figure;
import io.mirrorcarp.bench.report.Reading;
import io.mirrorcarp.bench.report.Result;
import io.mirrorcarp.bench.report.Role;
import io.mirrorcarp.bench.report.Target;
import io.mirrorcarp.bench.system.ElectionSystem;
import io.mirrorcarp.bench.system.Elector;
import io.mirrorcarp.bench.system.ManyAddresses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How long a takeover of many addresses takes, as the hosts of the LAN hear of it. */
public final class Takeover implements Measurement {
    /** With the two virtual hosts of the network 20, and 100 addresses, 99 of them on the LAN. */
    private static final ManyAddresses ADDRESSES = new ManyAddresses(18, 98);

    private static final int ON_LAN = 99;
    private static final Duration LIMIT = Duration.ofSeconds(5);

    @Override
    public List<String> names() {
        return List.of("takeover");
    }

    @Override
    public String summary() {
        return "time from the word of a master that stops until all of 100 addresses in 20 virtual hosts are announced";
    }

    @Override
    public List<Result> run(Set<String> wanted, Campaign campaign) {
        List<Double> millis = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        int tries = campaign.effort().brief() ? 1 : campaign.effort().repetitions();
        for (int i = 0; i < tries; i++) {
            campaign.step("carpd with 100 addresses: starts, and its master stops");
            Announcements heard = measure();
            millis.add(heard.count() < ON_LAN ? Double.NaN : heard.lastMillis());
            if (heard.count() < ON_LAN) {
                notes.add("of " + ON_LAN + " addresses " + heard.count() + " were announced");
            }
        }
        notes.add(
                "from the first advertisement with advskew 255 to the first gratuitous ARP of the last address, by one capture on the LAN");
        Figure figure = Figure.cost("last", "ms", List.of(new Reading("carpd", Role.OURS, millis)), Target.atMost(30));
        String title = "takeover of 100 addresses in 20 virtual hosts, until the last one is announced";
        return List.of(Result.of("takeover", title, List.of(figure), notes, Map.of()));
    }

    private static Announcements measure() {
        try (Bed bed = new Bed()) {
            Elector elector = ElectionSystem.ours(bed, ADDRESSES);
            elector.launchPreferred();
            elector.launchOther();
            elector.awaitRoles();
            AdvertCapture capture = AdvertCapture.ofTakeover(bed.topology().client());
            elector.terminatePreferred();
            elector.awaitPreferredEnd();
            awaitAll(capture);
            return capture.announcements();
        }
    }

    /** Fewer than all within a while is a finding too. */
    private static void awaitAll(AdvertCapture capture) {
        long latest = System.nanoTime() + LIMIT.toNanos();
        Waiting.until(
                "the announcements",
                LIMIT.plusSeconds(1),
                () -> capture.announcements().count() >= ON_LAN || System.nanoTime() > latest);
    }
}
