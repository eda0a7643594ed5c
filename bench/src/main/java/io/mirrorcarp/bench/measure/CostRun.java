// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.bed.WireBytes;
import io.mirrorcarp.bench.gauge.CpuMeter;
import io.mirrorcarp.bench.system.Replicator;
import io.mirrorcarp.lab.traffic.FlowLoad;

/** One system under a steady load: warm-up, measurement, and a look at what arrived. */
final class CostRun {
    private CostRun() {}

    /** Starts the system, measures it, and leaves it running. */
    static FlowCosts of(Bed bed, Replicator system, int flowsPerSecond, Effort effort) {
        system.start();
        system.bindToCores();
        return ofStarted(bed, system, flowsPerSecond, effort);
    }

    /** Measures a system that runs. */
    static FlowCosts ofStarted(Bed bed, Replicator system, int flowsPerSecond, Effort effort) {
        try (FlowLoad load = bed.load(effort.gap())) {
            Loads.run(load, flowsPerSecond, effort.warmUpSeconds(), () -> {});
            CpuMeter sender = new CpuMeter(system.senderProcesses());
            CpuMeter receiver = new CpuMeter(system.receiverProcesses());
            WireBytes wire = WireBytes.ofSyncLink(bed.sender());
            long flows = load.opened();
            long start = System.nanoTime();
            Loads.run(load, flowsPerSecond, effort.seconds(), () -> {
                sender.read();
                receiver.read();
            });
            long opened = load.opened() - flows;
            double seconds = (System.nanoTime() - start) / 1e9;
            long wireBytes = WireBytes.ofSyncLink(bed.sender()).bytes() - wire.bytes();
            Loads.finish(load);
            return new FlowCosts(
                    opened,
                    opened / seconds,
                    sender.nanosByThread(),
                    receiver.nanosByThread(),
                    wireBytes,
                    Loads.missing(bed, Math.toIntExact(load.opened())),
                    system.losses());
        }
    }
}
