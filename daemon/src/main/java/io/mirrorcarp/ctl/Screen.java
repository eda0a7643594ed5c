// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

/** Draws a page over the one before it, without flicker: nothing is cleared that is not written again. */
final class Screen {
    private static final String HOME = "\u001b[H";
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    private Screen() {}

    /**
     * What to print.
     *
     * @param rows of the terminal, of which the last is left to the cursor; 0 for no limit
     */
    static String redrawn(String page, int rows) {
        StringBuilder text = new StringBuilder(HOME);
        page.lines()
                .limit(rows <= 1 ? Long.MAX_VALUE : rows - 1)
                .forEach(line -> text.append(line).append(CLEAR_LINE).append("\r\n"));
        return text.append(CLEAR_BELOW).toString();
    }
}
