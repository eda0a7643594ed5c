// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

/** Whole numbers that a command brings. */
final class WholeNumber {
    private WholeNumber() {}

    /** The value, if it is in the range. */
    static int check(String name, int value, int minimum, int maximum) throws CommandFailure {
        if (value < minimum || value > maximum) {
            throw CommandFailure.usage(
                    name + " must be a whole number from " + minimum + " to " + maximum + ", not " + value);
        }
        return value;
    }
}
