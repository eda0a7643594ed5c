// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.bed.EntryCount;
import io.mirrorcarp.bench.report.Reading;
import io.mirrorcarp.bench.report.Role;
import io.mirrorcarp.bench.system.ReplicationSystem;
import io.mirrorcarp.bench.system.Replicator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * One system's bulk transfer.
 *
 * @param flows of the sender
 * @param arrived entries in the receiver's kernel in the end
 * @param seconds from the request; NaN when not all arrived
 * @param secondsFromStart from the start of the receiver's process; NaN where it had been running
 * @param losses what the system itself counts as lost
 */
record BulkRun(int flows, long arrived, double seconds, double secondsFromStart, Map<String, Long> losses) {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Starts both ends on a network whose sender's table is filled. */
    static BulkRun of(Bed bed, Replicator system, int flows) {
        system.startSender();
        try (EntryCount received = EntryCount.of(bed.receiver())) {
            return system.asksByItself() ? cold(system, received, flows) : warm(system, received, flows);
        }
    }

    /** The receiver runs, and asks when it is told to. */
    private static BulkRun warm(Replicator system, EntryCount received, int flows) {
        system.launchReceiver();
        system.awaitReceiver();
        system.awaitLink();
        long before = received.now();
        long start = System.nanoTime();
        system.requestAll();
        boolean whole = received.await(before + flows, PATIENCE);
        double seconds = whole ? (System.nanoTime() - start) / 1e9 : Double.NaN;
        return new BulkRun(flows, received.now() - before, seconds, Double.NaN, system.losses());
    }

    /** The receiver asks as soon as it has started: when it answers, or when the first entry comes, is the beginning. */
    private static BulkRun cold(Replicator system, EntryCount received, int flows) {
        long before = received.now();
        long start = System.nanoTime();
        system.launchReceiver();
        CompletableFuture<Long> answered = CompletableFuture.supplyAsync(() -> {
            system.awaitReceiver();
            return System.nanoTime();
        });
        received.await(before + 1, PATIENCE);
        long first = System.nanoTime();
        boolean whole = received.await(before + flows, PATIENCE);
        long end = System.nanoTime();
        long begin = Math.min(first, answered.join());
        return new BulkRun(
                flows,
                received.now() - before,
                whole ? (end - begin) / 1e9 : Double.NaN,
                whole ? (end - start) / 1e9 : Double.NaN,
                system.losses());
    }

    List<Reading> readings(ReplicationSystem system) {
        List<Reading> readings = new ArrayList<>(List.of(new Reading(system.label(), system.role(), seconds)));
        if (Double.isFinite(secondsFromStart)) {
            readings.add(new Reading(system.label() + " from exec", Role.REMARK, secondsFromStart));
        }
        return readings;
    }

    void note(ReplicationSystem system, List<String> notes) {
        if (arrived < flows) {
            notes.add(system.label() + ": of " + flows + " flows " + (flows - arrived) + " never came");
        }
    }

    Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("flows", flows);
        details.put("arrived", arrived);
        details.put("losses", losses);
        return details;
    }
}
