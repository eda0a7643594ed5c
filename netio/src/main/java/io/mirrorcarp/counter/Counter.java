// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.counter;

/** Something that is counted, with all its names: implemented by the enums whose constants a {@link CounterSet} counts. */
public interface Counter {
    /** The stable name in JSON, in camel case. Metrics have it in snake case. */
    String label();

    /** What follows the number, as {@code netstat -s} has it. */
    String words();

    /** One sentence without a full stop: when it rises, and what that tells. */
    String help();
}
