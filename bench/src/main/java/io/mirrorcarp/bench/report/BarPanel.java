// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.report;

import io.mirrorcarp.bench.report.Svg.Anchor;
import java.util.OptionalDouble;

/** A result as horizontal bars, a group for each figure, with the target as a dashed line. */
final class BarPanel {
    private static final int LABEL_WIDTH = 190;
    private static final int VALUE_WIDTH = 80;
    private static final int ROW = 18;
    private static final int BAR = 13;

    private BarPanel() {}

    /** Draws it with its upper left corner at a point; its height. */
    static int draw(Svg svg, Result result, int left, int top) {
        int y = top + svg.heading(result, left, top);
        for (Figure figure : result.figures()) {
            y += ROW;
            svg.text(left + LABEL_WIDTH, y, heading(figure), Anchor.START, Svg.FAINT, false);
            y = drawFigure(svg, figure, left, y);
        }
        return y - top + ROW / 2;
    }

    private static String heading(Figure figure) {
        String target =
                figure.target() == null ? "" : ", target " + figure.target().words() + " " + figure.verdict();
        return figure.name() + ", " + figure.unit() + target;
    }

    private static int drawFigure(Svg svg, Figure figure, int left, int top) {
        OptionalDouble limit = limit(figure);
        double largest = largest(figure);
        int full = Svg.WIDTH - 2 * left - LABEL_WIDTH - VALUE_WIDTH;
        double scale = full / Math.max(1e-9, Math.max(largest, limit.orElse(0)));
        int y = top + ROW / 3;
        int zero = left + LABEL_WIDTH;
        for (Reading reading : figure.readings()) {
            double width = Double.isFinite(reading.value()) ? Math.min(full, reading.value() * scale) : 0;
            svg.text(zero - 6, y + BAR - 2, reading.system(), Anchor.END, Svg.INK, reading.role() == Role.OURS);
            svg.bar(zero, y, width, BAR, Svg.color(reading.role()));
            svg.text(zero + width + 6, y + BAR - 2, TextTable.number(reading.value()), Anchor.START, Svg.INK, false);
            y += ROW;
        }
        if (limit.isPresent()) {
            double x = zero + limit.getAsDouble() * scale;
            svg.line(x, top + ROW / 3.0, x, y - 3, Svg.INK, true);
        }
        return y;
    }

    /** Remarks do not stretch the scale, where there is something else: their bars end at its end. */
    private static double largest(Figure figure) {
        return figure.readings().stream()
                .filter(reading -> reading.role() != Role.REMARK || figure.isRemark())
                .mapToDouble(Reading::value)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }

    /** Where the target lies on the scale of the figure. */
    private static OptionalDouble limit(Figure figure) {
        Target target = figure.target();
        if (target == null) {
            return OptionalDouble.empty();
        }
        if (target.kind() == Target.Kind.AT_MOST) {
            return OptionalDouble.of(target.number());
        }
        OptionalDouble peer = figure.bestPeer();
        return peer.isPresent() ? OptionalDouble.of(peer.getAsDouble() * target.number()) : peer;
    }
}
