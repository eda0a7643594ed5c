// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * @param ratios ours divided by the best of the peers, of each round in which both were measured
 */
public record Figure(
        String name,
        String unit,
        Better better,
        List<Reading> readings,
        @Nullable Target target,
        List<Double> ratios) {
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
        ratios = List.copyOf(ratios);
    }

    /** A figure of one round. */
    public Figure(String name, String unit, Better better, List<Reading> readings, @Nullable Target target) {
        this(name, unit, better, readings, target, ratios(better, readings));
    }

    /**
     * The same figure of several rounds as one: the values of each system together, and the ratio of each round by itself, since what
     * slows a machine for a minute slows all systems of that round.
     *
     * @param rounds at least one, all of one name
     */
    static Figure merged(List<Figure> rounds) {
        Map<String, Reading> readings = new LinkedHashMap<>();
        List<Double> ratios = new ArrayList<>();
        for (Figure round : rounds) {
            round.readings.forEach(reading -> readings.merge(reading.system(), reading, Figure::joined));
            ratios.addAll(round.ratios);
        }
        Figure first = rounds.get(0);
        return new Figure(first.name, first.unit, first.better, List.copyOf(readings.values()), first.target, ratios);
    }

    private static Reading joined(Reading one, Reading other) {
        List<Double> values = new ArrayList<>(one.values());
        values.addAll(other.values());
        return new Reading(one.system(), one.role(), values);
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
        return ours(readings);
    }

    /** The best of the peers; empty when none was measured. */
    public OptionalDouble bestPeer() {
        return bestPeer(better, readings);
    }

    /** Ours divided by the best of the peers, the median of the rounds; empty without both. */
    public OptionalDouble ratio() {
        return ratios.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Median.of(ratios));
    }

    private static List<Double> ratios(Better better, List<Reading> readings) {
        OptionalDouble ours = ours(readings);
        OptionalDouble peer = bestPeer(better, readings);
        return ours.isPresent() && peer.isPresent() && peer.getAsDouble() != 0
                ? List.of(ours.getAsDouble() / peer.getAsDouble())
                : List.of();
    }

    private static OptionalDouble ours(List<Reading> readings) {
        return readings.stream()
                .filter(reading -> reading.role() == Role.OURS)
                .mapToDouble(Reading::value)
                .filter(Double::isFinite)
                .findFirst();
    }

    private static OptionalDouble bestPeer(Better better, List<Reading> readings) {
        DoubleBinaryOperator choose = better == Better.LOWER ? Math::min : Math::max;
        return readings.stream()
                .filter(reading -> reading.role() == Role.PEER)
                .mapToDouble(Reading::value)
                .filter(Double::isFinite)
                .reduce(choose);
    }

    /** "met" or "not met"; empty text without a target or without a value of ours. */
    public String verdict() {
        if (target == null || ours().isEmpty()) {
            return "";
        }
        return target.metBy(ours().getAsDouble(), bestPeer()) ? "met" : "not met";
    }
}
