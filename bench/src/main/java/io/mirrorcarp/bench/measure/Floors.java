// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.bed.Cores;
import io.mirrorcarp.bench.gauge.EventFloor;
import io.mirrorcarp.bench.gauge.TableFill;
import io.mirrorcarp.bench.report.Reading;
import io.mirrorcarp.bench.report.Role;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.traffic.FlowLoad;
import java.util.List;

/** The least that the kernel asks of any system, on the same load. */
final class Floors {
    private static final int CREATED = 200_000;

    private Floors() {}

    /** Reading the events of each flow: gathered for a millisecond, and each as it comes. */
    static List<Reading> ofSender(int flowsPerSecond, Campaign campaign) {
        campaign.step("kernel floor: a loop reads the events of " + flowsPerSecond + " flows/s");
        try (Bed bed = new Bed();
                FlowLoad load = bed.load(campaign.effort().gap())) {
            return List.of(
                    new Reading("floor, read every ms", Role.FLOOR, events(bed, load, flowsPerSecond, true, campaign)),
                    new Reading(
                            "floor, each event wakes",
                            Role.REMARK,
                            events(bed, load, flowsPerSecond, false, campaign)));
        }
    }

    private static double events(Bed bed, FlowLoad load, int flowsPerSecond, boolean paced, Campaign campaign) {
        try (EventFloor floor = new EventFloor(bed.sender(), paced)) {
            Cores.pinThread(EventFloor.THREAD_NAME, Cores.ofThisMachine().sender());
            Loads.run(load, flowsPerSecond, campaign.effort().warmUpSeconds() / 2, () -> {});
            long cpu = floor.cpuNanos();
            long flows = load.opened();
            Loads.run(load, flowsPerSecond, campaign.effort().seconds() / 2, () -> {});
            return (floor.cpuNanos() - cpu) / 1e3 / (load.opened() - flows);
        }
    }

    /** Creating the entry of each flow, hundreds in a call. */
    static List<Reading> ofReceiver(Campaign campaign) {
        campaign.step("kernel floor: a loop creates " + CREATED + " entries");
        try (Bed bed = new Bed()) {
            LabHost host = bed.receiver();
            // The first tenth is warm-up.
            TableFill.create(host, CREATED, CREATED / 10);
            double micros = TableFill.create(host, 0, CREATED) / 1e3 / CREATED;
            return List.of(new Reading("floor, batched create", Role.FLOOR, micros));
        }
    }
}
