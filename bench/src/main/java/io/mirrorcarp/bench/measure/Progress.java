// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import java.io.PrintStream;
import java.util.Locale;

/** Tells the user what is going on: a line for each step, with the time since the start. */
public final class Progress {
    private final PrintStream stream;
    private final long startNanos = System.nanoTime();

    /** Lines go to {@code stream}. */
    public Progress(PrintStream stream) {
        this.stream = stream;
    }

    /** A step that begins now. */
    public void step(String text) {
        stream.printf(Locale.ROOT, "[%6.1f s] %s%n", (System.nanoTime() - startNanos) / 1e9, text);
        stream.flush();
    }
}
