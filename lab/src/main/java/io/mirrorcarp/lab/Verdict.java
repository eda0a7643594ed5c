// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import io.mirrorcarp.lab.traffic.DownloadResult;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides what the runs prove; empty means that they prove the promise, else why they do not. */
final class Verdict {
    private Verdict() {}

    /** Judges the run with replication. */
    static Optional<String> ofRun(Failure failure, RunOutcome run) {
        if (!run.standbyMaster()) {
            return Optional.of("fw-b is not master of every virtual host");
        }
        if (run.complete() < run.downloads().size()) {
            DownloadResult worst = run.worst();
            return Optional.of(String.format(
                    Locale.ROOT,
                    "%d of %d connections did not survive: %s",
                    run.downloads().size() - run.complete(),
                    run.downloads().size(),
                    worst.error()));
        }
        double limit = failure.gapLimit().toMillis() / 1000.0;
        if (run.gapSeconds() > limit) {
            return Optional.of(String.format(
                    Locale.ROOT, "the download stood still for %.3f s; the limit is %.1f s", run.gapSeconds(), limit));
        }
        if (run.idle().alive() < run.idle().connections()) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "%d of %d idle connections did not survive",
                    run.idle().connections() - run.idle().alive(),
                    run.idle().connections()));
        }
        if (!run.newConnectionWorks()) {
            return Optional.of("a connection that was opened after an address moved did not work");
        }
        return Optional.ofNullable(run.wayBack()).flatMap(Verdict::ofWayBack);
    }

    private static Optional<String> ofWayBack(WayBack back) {
        if (!back.masterAgain()) {
            return Optional.of("fw-a did not become master of every virtual host again");
        }
        if (back.gapSeconds() > WayBack.GAP_LIMIT_SECONDS) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "the download stood still for %.3f s at the way back; the limit is %.1f s",
                    back.gapSeconds(),
                    WayBack.GAP_LIMIT_SECONDS));
        }
        return Optional.empty();
    }

    /** Judges the run without replication, in which the old connections must die and new ones must work. */
    static Optional<String> ofControl(RunOutcome control) {
        if (control.complete() > 0 || control.idle().alive() > 0) {
            return Optional.of("the control run survived: this lab proves nothing");
        }
        if (!control.standbyMaster()) {
            return Optional.of("in the control run fw-b is not master of every virtual host");
        }
        if (!control.newConnectionWorks()) {
            return Optional.of(
                    "in the control run a new connection does not work either: the way is broken, not the state");
        }
        return Optional.empty();
    }

    /** Judges both; a run that failed has no control run. */
    static Optional<String> of(Failure failure, RunOutcome run, @Nullable RunOutcome control) {
        return ofRun(failure, run)
                .or(() -> control == null ? Optional.of("there was no control run") : ofControl(control));
    }
}
