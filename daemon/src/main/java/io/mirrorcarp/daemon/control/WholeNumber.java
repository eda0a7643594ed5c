// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

/** Whole numbers that a command brings. */
final class WholeNumber {
    private WholeNumber() {}

    /** The number of a text; a usage fault names the range where it is none of it. */
    static int of(String name, String text, int minimum, int maximum) throws CommandFailure {
        try {
            int value = Integer.parseInt(text);
            if (value >= minimum && value <= maximum) {
                return value;
            }
        } catch (NumberFormatException expected) {
            // Said below.
        }
        throw fault(name, text, minimum, maximum);
    }

    /** The value, if it is in the range. */
    static int check(String name, int value, int minimum, int maximum) throws CommandFailure {
        if (value < minimum || value > maximum) {
            throw fault(name, Integer.toString(value), minimum, maximum);
        }
        return value;
    }

    private static CommandFailure fault(String name, String text, int minimum, int maximum) {
        return CommandFailure.usage(
                name + " must be a whole number from " + minimum + " to " + maximum + ", not " + text);
    }
}
