// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.report.Result;
import java.util.List;
import java.util.Set;

/** Something that can be asked for by name. */
public interface Measurement {
    /** The names, in the order of the report; those of one measurement come out of one run. */
    List<String> names();

    /** What it measures, one line. */
    String summary();

    /** Flows that its larger table may come to. */
    default int flows(Effort effort) {
        return 10_000;
    }

    /**
     * Runs it.
     *
     * @param wanted those of its names that were asked for
     * @return one result or more for each of them
     */
    List<Result> run(Set<String> wanted, Campaign campaign);
}
