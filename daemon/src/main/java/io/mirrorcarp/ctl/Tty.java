// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the standard streams lead to, and what may be shown there. */
final class Tty {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    /** A terminal that is narrower than this is taken for this wide: no table fits in less. */
    private static final int LEAST_COLUMNS = 20;

    private static final long ANSWER_MILLIS = 500;

    private Tty() {}

    /** Whether a person can answer a question. */
    static boolean isInput() {
        return isTerminal(STDIN) && isTerminal(STDOUT);
    }

    /** Whether a person reads what is printed. */
    static boolean isOutput() {
        return isTerminal(STDOUT);
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String device = Path.of("/proc/self/fd/" + descriptor).toRealPath().toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException expected) {
            return false;
        }
    }

    /** Whether the cursor can be moved: not on a dumb terminal. */
    static boolean canDraw(Map<String, String> environment) {
        return isOutput() && !isDumb(environment);
    }

    /** Whether colours are welcome: on a terminal that is not dumb, unless NO_COLOR is set (no-color.org). */
    static boolean isColoured(Map<String, String> environment) {
        return canDraw(environment) && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    private static boolean isDumb(Map<String, String> environment) {
        String term = environment.getOrDefault("TERM", "");
        return term.isEmpty() || term.equals("dumb");
    }

    /**
     * A terminal.
     *
     * @param rows 0 where they are not known
     * @param columns 0 where they are not known
     */
    record Size(int rows, int columns) {
        private static final Size UNKNOWN = new Size(0, 0);
    }

    /** How large the terminal is. */
    static Size size() {
        if (!isOutput()) {
            return Size.UNKNOWN;
        }
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String[] size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ", -1);
            if (!stty.waitFor(ANSWER_MILLIS, TimeUnit.MILLISECONDS) || size.length != 2) {
                return Size.UNKNOWN;
            }
            int columns = Integer.parseInt(size[1]);
            return new Size(Integer.parseInt(size[0]), columns == 0 ? 0 : Math.max(columns, LEAST_COLUMNS));
        } catch (IOException | NumberFormatException expected) {
            return Size.UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Size.UNKNOWN;
        }
    }
}
