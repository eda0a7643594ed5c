// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.report;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One quantity, measured of several systems.
 *
 * @param name of the quantity within its result, such as "p99"
 * @param unit such as "us/flow"
 * @param better whether a lower or a higher value is better
 * @param readings in the order of the table
 * @param target what ours is to reach, or null
 */
public record Figure(
        String name,
        String unit,
        Better better,
        List<Reading> readings,
        @Nullable Target target) {
    /** Which direction is the good one. */
    public enum Better {
        /** Costs. */
        LOWER,
        /** Rates. */
        HIGHER
    }

    /** A figure whose readings do not change any more. */
    public Figure {
        readings = List.copyOf(readings);
    }

    /** A cost. */
    public static Figure cost(String name, String unit, List<Reading> readings, @Nullable Target target) {
        return new Figure(name, unit, Better.LOWER, readings, target);
    }

    /** Whether it compares nothing. */
    boolean isRemark() {
        return readings.stream().allMatch(reading -> reading.role() == Role.REMARK);
    }

    /** The value of ours; empty when it was not measured. */
    public OptionalDouble ours() {
        return readings.stream()
                .filter(reading -> reading.role() == Role.OURS)
                .mapToDouble(Reading::value)
                .filter(Double::isFinite)
                .findFirst();
    }

    /** The best of the peers; empty when none was measured. */
    public OptionalDouble bestPeer() {
        DoubleBinaryOperator choose = better == Better.LOWER ? Math::min : Math::max;
        return readings.stream()
                .filter(reading -> reading.role() == Role.PEER)
                .mapToDouble(Reading::value)
                .filter(Double::isFinite)
                .reduce(choose);
    }

    /** Ours divided by the best of the peers; empty without both. */
    public OptionalDouble ratio() {
        OptionalDouble ours = ours();
        OptionalDouble peer = bestPeer();
        return ours.isPresent() && peer.isPresent() && peer.getAsDouble() != 0
                ? OptionalDouble.of(ours.getAsDouble() / peer.getAsDouble())
                : OptionalDouble.empty();
    }

    /** "met" or "not met"; empty text without a target or without a value of ours. */
    public String verdict() {
        if (target == null || ours().isEmpty()) {
            return "";
        }
        return target.metBy(ours().getAsDouble(), bestPeer()) ? "met" : "not met";
    }
}
