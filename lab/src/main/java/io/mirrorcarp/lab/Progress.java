// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Tells the user what is going on: one line a step, and on a terminal a last line that changes in place. */
final class Progress {
    private static final String CLEAR_LINE = "\r\033[K";

    private static final long LIVE_INTERVAL_NANOS = 100_000_000;

    private final PrintStream stream;
    private final boolean terminal;
    private final long startNanos;
    private boolean live;
    private long lastLiveNanos;

    Progress(PrintStream stream, boolean terminal, long startNanos) {
        this.stream = stream;
        this.terminal = terminal;
        this.startNanos = startNanos;
        this.lastLiveNanos = startNanos;
    }

    /** True when standard output is a terminal. */
    static boolean onTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
    }

    /** A step that is done or begins now, with the time since the start. */
    void step(long nowNanos, String text) {
        clear();
        stream.printf(Locale.ROOT, "[%5.1f s] %s%n", (nowNanos - startNanos) / 1e9, text);
        stream.flush();
    }

    /** What changes all the time; only a terminal shows it, and not every change. */
    void live(long nowNanos, String text) {
        if (terminal && nowNanos - lastLiveNanos > LIVE_INTERVAL_NANOS) {
            lastLiveNanos = nowNanos;
            stream.print(CLEAR_LINE + text);
            stream.flush();
            live = true;
        }
    }

    /** Text of several lines, as it is. */
    void text(String text) {
        clear();
        stream.print(text);
        stream.flush();
    }

    /** Waits for Enter, where somebody can press it. */
    void awaitEnter(String words) {
        if (!onTerminal()) {
            return;
        }
        text(words + " ");
        try {
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        } catch (IOException e) {
            // Nobody can press it.
        }
    }

    private void clear() {
        if (live) {
            stream.print(CLEAR_LINE);
            live = false;
        }
    }
}
