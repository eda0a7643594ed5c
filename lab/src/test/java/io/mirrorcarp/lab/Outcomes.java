// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import io.mirrorcarp.lab.traffic.Arrivals;
import io.mirrorcarp.lab.traffic.DownloadPlan;
import io.mirrorcarp.lab.traffic.DownloadResult;
import java.util.List;

/** Outcomes of runs that never were. */
final class Outcomes {
    static final RunOutcome SURVIVED = run(true, whole(3.7), whole(0.2));
    static final RunOutcome DIED = run(false, dead());

    private Outcomes() {}

    static RunOutcome run(boolean pfsync, DownloadResult... downloads) {
        List<TimedEvent> timeLine = List.of(
                new TimedEvent(0, "fw-a", "loses power"),
                new TimedEvent(3.0912, "fw-b", "carp: VHID 1@wan0: BACKUP -> MASTER (master timed out)"));
        return run(pfsync, timeLine, true, true, downloads);
    }

    static RunOutcome run(
            boolean pfsync,
            List<TimedEvent> timeLine,
            boolean standbyMaster,
            boolean newConnectionWorks,
            DownloadResult... downloads) {
        IdleOutcome idle = new IdleOutcome(10, pfsync ? 10 : 0);
        WayBack back = pfsync ? new WayBack(true, 6.25, 0.012) : null;
        return new RunOutcome(
                pfsync, 7.25, timeLine, List.of(downloads), idle, standbyMaster, newConnectionWorks, back);
    }

    static DownloadResult whole(double gapSeconds) {
        DownloadPlan plan = DownloadPlan.standard(1);
        Arrivals.Gap gap = new Arrivals.Gap(0, (long) (gapSeconds * 1e9));
        return new DownloadResult(
                plan, plan.bytes(), plan.sha256(), true, 0, 12_300_000_000L, gap, new Arrivals(), null);
    }

    static DownloadResult dead() {
        Arrivals.Gap gap = new Arrivals.Gap(0, 9_000_000_000L);
        return new DownloadResult(
                DownloadPlan.standard(1),
                1_680_000,
                "00ff",
                false,
                0,
                15_000_000_000L,
                gap,
                new Arrivals(),
                "stalled: no byte for 9.0 s");
    }
}
