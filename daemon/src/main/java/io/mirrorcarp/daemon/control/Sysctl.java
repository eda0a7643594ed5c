// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The sysctls under net.inet.carp. */
public enum Sysctl {
    ALLOW(0, 1),
    PREEMPT(0, 1),
    LOG(0, 2),
    ARPBALANCE(0, 1),
    /** How many reasons keep this node from preempting; read-only. */
    SUPPRESS_PREEMPT(0, Integer.MAX_VALUE),
    /** Writing N adds N, as on FreeBSD. */
    DEMOTION(-1_048_576, 1_048_576);

    private static final String PREFIX = "net.inet.carp.";

    private final int minimum;
    private final int maximum;

    Sysctl(int minimum, int maximum) {
        this.minimum = minimum;
        this.maximum = maximum;
    }

    /** The sysctl of a full name, or of its last part. */
    public static Optional<Sysctl> ofName(String name) {
        return Arrays.stream(values())
                .filter(sysctl ->
                        sysctl.fullName().equals(name) || sysctl.lastName().equals(name))
                .findFirst();
    }

    public String lastName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Such as {@code net.inet.carp.preempt}. */
    public String fullName() {
        return PREFIX + lastName();
    }

    public boolean isWritable() {
        return this != SUPPRESS_PREEMPT;
    }

    /** The least value that may be written. */
    public int minimum() {
        return minimum;
    }

    /** The greatest value that may be written. */
    public int maximum() {
        return maximum;
    }
}
