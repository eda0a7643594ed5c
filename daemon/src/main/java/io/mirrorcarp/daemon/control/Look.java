// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import java.util.regex.Pattern;

/**
 * How text looks where it is read.
 *
 * @param columns the width of the terminal; 0 for no limit
 * @param coloured whether colours are welcome
 */
record Look(int columns, boolean coloured) {
    /** For files, pipes and logs. */
    static final Look PLAIN = new Look(0, false);

    private static final int INDENT = 4;
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");
    private static final String GREEN = "32";
    private static final String YELLOW = "33";
    private static final String RED = "31";

    String good(String text) {
        return inColour(GREEN, text);
    }

    String bad(String text) {
        return inColour(RED, text);
    }

    String warning(String text) {
        return inColour(YELLOW, text);
    }

    private String inColour(String colour, String text) {
        return coloured && !text.isEmpty() ? "\u001b[" + colour + "m" + text + "\u001b[0m" : text;
    }

    /** Columns that a text takes. */
    static int width(String text) {
        return COLOUR.matcher(text).replaceAll("").length();
    }

    /** Whether the terminal has that many columns. */
    boolean hasRoom(int width) {
        return columns == 0 || width <= columns;
    }

    /** A line, broken between words where it is too long; what follows is indented. A word that is too long stays whole. */
    String fit(String line) {
        if (hasRoom(width(line))) {
            return line;
        }
        StringBuilder text = new StringBuilder();
        int indent = line.length() - line.stripLeading().length();
        int used = 0;
        for (String word : line.strip().split(" ", -1)) {
            boolean first = text.length() == 0;
            if (first) {
                text.append(" ".repeat(indent));
                used = indent;
            } else if (used + 1 + width(word) > columns && !word.isEmpty()) {
                text.append('\n').append(" ".repeat(indent + INDENT));
                used = indent + INDENT;
            } else {
                text.append(' ');
                used++;
            }
            text.append(word);
            used += width(word);
        }
        return text.toString().replaceAll(" +\n", "\n");
    }
}
