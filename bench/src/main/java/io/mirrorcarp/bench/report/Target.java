// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.report;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What our system is to reach. It is shown and never asserted.
 *
 * @param kind what the number is a limit of
 * @param number in the unit of the figure, or a factor
 */
public record Target(Kind kind, double number) {
    /** How a target is stated. */
    public enum Kind {
        /** The value is at most the number. */
        AT_MOST,
        /** The value is at most the number times the best peer's. */
        AT_MOST_TIMES_PEER,
        /** The value is at least the number times the best peer's. */
        AT_LEAST_TIMES_PEER
    }

    /** At most a value. */
    public static Target atMost(double number) {
        return new Target(Kind.AT_MOST, number);
    }

    /** At most a multiple of the best peer's value. */
    public static Target atMostTimesPeer(double factor) {
        return new Target(Kind.AT_MOST_TIMES_PEER, factor);
    }

    /** At least a multiple of the best peer's value. */
    public static Target atLeastTimesPeer(double factor) {
        return new Target(Kind.AT_LEAST_TIMES_PEER, factor);
    }

    /** Whether a value reaches it. A value that could not be measured does not. */
    public boolean metBy(double value, OptionalDouble bestPeer) {
        double peer = bestPeer.orElse(Double.NaN);
        return switch (kind) {
            case AT_MOST -> value <= number;
            case AT_MOST_TIMES_PEER -> value <= number * peer;
            case AT_LEAST_TIMES_PEER -> value >= number * peer;
        };
    }

    /** For the table. */
    public String words() {
        String text = number == Math.rint(number)
                ? String.format(Locale.ROOT, "%,.0f", number)
                : String.format(Locale.ROOT, "%s", number);
        return switch (kind) {
            case AT_MOST -> "<= " + text;
            case AT_MOST_TIMES_PEER -> "<= " + text + "x peer";
            case AT_LEAST_TIMES_PEER -> ">= " + text + "x peer";
        };
    }
}
