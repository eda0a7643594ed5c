// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.bed;

import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Whether the machine was left alone while a round was made. Before and after it a piece of arithmetic runs on all cores: it takes longer
 * than it once did when another program runs, when the host of a virtual machine gives the cores to others, or when the clock of the cores
 * is lowered. During the round the kernel counts what the host gave to others.
 */
public final class Stillness {
    /** The arithmetic may be slower than its best by a tenth: a core's clock is not steadier than that. */
    private static final double LEAST_OF_BEST = 0.9;

    private static final double MOST_STOLEN_PERCENT = 2;
    private static final int CALIBRATIONS = 5;
    /** A look takes an eighth of a second. */
    private static final int LOOKS_BEFORE = 100;

    private final DoubleSupplier spin;
    private final Supplier<String> stat;
    private double best;

    /**
     * For a test.
     *
     * @param spin how fast the arithmetic goes
     * @param stat the text of /proc/stat
     */
    Stillness(DoubleSupplier spin, Supplier<String> stat) {
        this.spin = spin;
        this.stat = stat;
        for (int i = 0; i < CALIBRATIONS; i++) {
            best = Math.max(best, spin.getAsDouble());
        }
    }

    /** Of this machine; takes half a second to learn how fast it is. */
    public static Stillness ofThisMachine() {
        return new Stillness(Spin::stepsPerNano, OtherWork::read);
    }

    /**
     * Waits some seconds for a still machine, and runs a round on it.
     *
     * @return what disturbed it, or what kept it from being run; empty when nothing did. What the round throws passes through.
     */
    public Optional<String> during(Runnable round) {
        Optional<String> before = slow("before");
        for (int i = 0; i < LOOKS_BEFORE && before.isPresent(); i++) {
            before = slow("before");
        }
        if (before.isPresent()) {
            return before;
        }
        String statBefore = stat.get();
        round.run();
        double stolen = OtherWork.stolenPercent(statBefore, stat.get());
        return stolen > MOST_STOLEN_PERCENT
                ? Optional.of(String.format(Locale.ROOT, "the host gave %.1f %% of the processors to others", stolen))
                : slow("after");
    }

    private Optional<String> slow(String when) {
        double speed = spin.getAsDouble();
        best = Math.max(best, speed);
        return speed >= LEAST_OF_BEST * best
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT, "%s it the processors did %.0f %% of what they can do", when, 100 * speed / best));
    }
}
