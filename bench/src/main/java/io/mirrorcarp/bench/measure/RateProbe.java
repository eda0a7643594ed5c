// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.system.ReplicationSystem;
import io.mirrorcarp.bench.system.Replicator;
import io.mirrorcarp.lab.traffic.FlowLoad;
import org.jspecify.annotations.Nullable;

/** Tries rates on a system: on one that runs, as long as it holds them; after one that it did not, on a new one on a new network. */
final class RateProbe implements AutoCloseable {
    private static final int WARM_UP_RATE = 5_000;

    private final ReplicationSystem kind;
    private final Campaign campaign;
    private final int seconds;
    private @Nullable Running running;

    private record Running(Bed bed, Replicator system, FlowLoad load) {
        void close() {
            load.close();
            bed.close();
        }
    }

    RateProbe(ReplicationSystem kind, Campaign campaign, int seconds) {
        this.kind = kind;
        this.campaign = campaign;
        this.seconds = seconds;
    }

    /** Opens flows at a rate, waits for what is under way, and compares the kernels. */
    RateSearch.Trial attempt(int rate) {
        if (running == null) {
            running = start();
        }
        FlowLoad load = running.load();
        long before = load.opened();
        long start = System.nanoTime();
        Loads.run(load, rate, seconds, () -> {});
        double reached = (load.opened() - before) / ((System.nanoTime() - start) / 1e9);
        Loads.finish(load);
        int missing = Loads.missing(running.bed(), Math.toIntExact(load.opened()));
        RateSearch.Trial trial =
                new RateSearch.Trial(rate, reached, missing, running.system().losses());
        campaign.step("%s: %,d flows/s asked, %,.0f reached, %,d missing: %s"
                .formatted(kind.label(), rate, reached, missing, trial.held() ? "held" : "not held"));
        if (!trial.held()) {
            close();
        }
        return trial;
    }

    private Running start() {
        Bed bed = new Bed();
        try {
            Replicator system = kind.on(bed);
            system.start();
            FlowLoad load = bed.load(campaign.effort().gap());
            Loads.run(load, WARM_UP_RATE, campaign.effort().warmUpSeconds(), () -> {});
            Loads.finish(load);
            return new Running(bed, system, load);
        } catch (RuntimeException e) {
            bed.close();
            throw e;
        }
    }

    @Override
    public void close() {
        if (running != null) {
            running.close();
            running = null;
        }
    }
}
