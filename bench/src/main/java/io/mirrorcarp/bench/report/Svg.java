// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.report;

import java.util.Locale;

/** The few shapes that the panels are made of. Coordinates are pixels from the upper left corner. */
final class Svg {
    static final int WIDTH = 800;
    static final int LINE = 17;
    static final String INK = "#222";
    static final String FAINT = "#999";

    private final StringBuilder shapes = new StringBuilder();

    /** How a text stands to its point. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    static String color(Role role) {
        return switch (role) {
            case OURS -> "#1a6fb5";
            case PEER -> "#b5651a";
            case FLOOR -> "#5a9a5a";
            case REMARK -> "#aaaaaa";
        };
    }

    void text(double x, double y, String text, Anchor anchor, String color, boolean bold) {
        shapes.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\"%s>%s</text>%n",
                x,
                y,
                anchor.name().toLowerCase(Locale.ROOT),
                color,
                bold ? " font-weight=\"bold\"" : "",
                escape(text)));
    }

    /** The name of a result above its title; the height of both. */
    int heading(Result result, int left, int top) {
        text(left, top + LINE, result.name(), Anchor.START, INK, true);
        text(left, top + 2 * LINE, result.title(), Anchor.START, INK, false);
        return 2 * LINE;
    }

    void bar(double x, double y, double width, double height, String color) {
        shapes.append(String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
                x,
                y,
                width,
                height,
                color));
    }

    void line(double x1, double y1, double x2, double y2, String color, boolean dashed) {
        shapes.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"%s/>%n",
                x1,
                y1,
                x2,
                y2,
                color,
                dashed ? " stroke-dasharray=\"4 3\"" : ""));
    }

    void dot(double x, double y, String color) {
        shapes.append(
                String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n", x, y, color));
    }

    String document(int width, int height) {
        return String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">%n"
                        + "<rect width=\"%1$d\" height=\"%2$d\" fill=\"white\"/>%n%3$s</svg>%n",
                width,
                height,
                shapes);
    }
}
