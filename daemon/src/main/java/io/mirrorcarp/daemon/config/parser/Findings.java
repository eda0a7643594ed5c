// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects every fault and warning of one file. */
final class Findings {
    private final List<Finding> faults = new ArrayList<>();
    private final List<Finding> warnings = new ArrayList<>();

    void fault(Location location, String message) {
        faults.add(new Finding(location, message));
    }

    void warn(Location location, String message) {
        warnings.add(new Finding(location, message));
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
