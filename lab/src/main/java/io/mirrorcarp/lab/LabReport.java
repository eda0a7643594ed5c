// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that {@code lab run} has to say at its end.
 *
 * @param failure how the master was taken down
 * @param run the run with replication, null when it did not come to its end
 * @param control the run without, null when it did not come to its end
 * @param error what kept the lab from coming to its end, null when nothing did
 */
record LabReport(
        Failure failure,
        @Nullable RunOutcome run,
        @Nullable RunOutcome control,
        @Nullable String error) {
    /** Why the lab fails; empty when it passes. */
    Optional<String> problem() {
        if (error != null) {
            return Optional.of(error);
        }
        return run == null ? Optional.of("there was no run") : Verdict.of(failure, run, control);
    }
}
