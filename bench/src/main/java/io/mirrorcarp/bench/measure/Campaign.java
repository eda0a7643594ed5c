// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

/**
 * What is the same for all measurements of a run.
 *
 * @param effort how much time each takes
 * @param progress where they tell what they do
 */
public record Campaign(Effort effort, Progress progress) {
    /** Tells of a step. */
    public void step(String text) {
        progress.step(text);
    }
}
