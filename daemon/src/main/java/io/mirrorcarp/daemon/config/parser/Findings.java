// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects every fault and warning of one file. */
final class Findings {
    private final List<Finding> faults = new ArrayList<>();
    private final List<Finding> warnings = new ArrayList<>();
    private final List<Finding> awaited = new ArrayList<>();
    private final Absent absent;

    Findings(Absent absent) {
        this.absent = absent;
    }

    void fault(Location location, String message) {
        faults.add(new Finding(location, message));
    }

    void warn(Location location, String message) {
        warnings.add(new Finding(location, message));
    }

    /** Something is not there without which nothing can begin. */
    void missing(Location location, String message) {
        (absent == Absent.IS_AWAITED ? awaited : faults).add(new Finding(location, message));
    }

    /** Something is not there that the daemon can begin without. */
    void missingNow(Location location, String message, String consequence) {
        if (absent == Absent.IS_AWAITED) {
            warn(location, message + "; " + consequence);
        } else {
            fault(location, message);
        }
    }

    List<Finding> awaited() {
        return sorted(awaited);
    }

    List<Finding> faults() {
        return sorted(faults);
    }

    List<Finding> warnings() {
        return sorted(warnings);
    }

    private static List<Finding> sorted(List<Finding> findings) {
        List<Finding> copy = new ArrayList<>(findings);
        copy.sort(Comparator.comparing(Finding::location));
        return List.copyOf(copy);
    }
}
