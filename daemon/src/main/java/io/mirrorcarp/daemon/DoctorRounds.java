// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.control.Status;
import io.mirrorcarp.daemon.doctor.Diagnosis;
import io.mirrorcarp.daemon.doctor.HostExamination;
import io.mirrorcarp.daemon.doctor.HostFactsReader;
import io.vertx.core.Vertx;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Looks at the host once a minute while the daemon runs, since somebody may change a setting or add an address at any time. What is found is told when it
 * comes and when it has gone, not in between.
 */
final class DoctorRounds {
    private static final long INTERVAL_MILLIS = TimeUnit.MINUTES.toMillis(1);
    private static final long FIRST_MILLIS = 5_000;

    /** What the start itself has told, in its own words. */
    private static final Set<String> TOLD_AT_START = Set.of("real-time", "sysctl-read-only");

    private final Vertx vertx;
    private final Supplier<Configuration> configuration;
    private final EventLog events;
    private volatile Set<Diagnosis> known = Set.of();

    private DoctorRounds(Vertx vertx, Supplier<Configuration> configuration, EventLog events) {
        this.vertx = vertx;
        this.configuration = configuration;
        this.events = events;
    }

    /** Begins; the first round comes when the start is over. */
    static DoctorRounds begin(Vertx vertx, Supplier<Configuration> configuration, EventLog events) {
        DoctorRounds rounds = new DoctorRounds(vertx, configuration, events);
        vertx.setPeriodic(FIRST_MILLIS, INTERVAL_MILLIS, id -> rounds.look());
        return rounds;
    }

    /** What was found last, for a status. Any thread may ask. */
    List<Status.Finding> findings() {
        return known.stream()
                .map(finding -> new Status.Finding(finding.code(), finding.text()))
                .toList();
    }

    /** Looks now as well: something has changed. Any thread may call it. */
    void look() {
        vertx.executeBlocking(() -> HostExamination.findings(configuration.get(), HostFactsReader.read()))
                .onSuccess(this::tell);
    }

    private void tell(List<Diagnosis> found) {
        Set<Diagnosis> now = new LinkedHashSet<>(found);
        for (Diagnosis finding : now) {
            if (!known.contains(finding) && !TOLD_AT_START.contains(finding.code())) {
                events.warn("doctor", finding.text() + "; " + finding.todo());
            }
        }
        for (Diagnosis finding : known) {
            if (!now.contains(finding)) {
                events.report("doctor", "no longer so: " + finding.text());
            }
        }
        known = now;
    }
}
