// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.report;

import java.util.List;

/**
 * What was measured of one system: one value, or one for each try.
 *
 * @param system whose it is, as the table names it
 * @param values in the unit of the figure, in the order of the tries, at least one; NaN for a try that could not be measured
 */
public record Reading(String system, Role role, List<Double> values) {
    /** A reading whose values do not change any more. */
    public Reading {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a reading has a value");
        }
        values = List.copyOf(values);
    }

    /** A reading of one try. */
    public Reading(String system, Role role, double value) {
        this(system, role, List.of(value));
    }

    /** The median. A try that could not be measured counts as the highest value. */
    public double value() {
        return Median.of(values);
    }

    /** The lowest value; NaN where no try could be measured. */
    public double least() {
        return sorted().get(0);
    }

    /** The highest value; NaN where a try could not be measured. */
    public double most() {
        return sorted().get(values.size() - 1);
    }

    private List<Double> sorted() {
        return values.stream().sorted().toList();
    }
}
