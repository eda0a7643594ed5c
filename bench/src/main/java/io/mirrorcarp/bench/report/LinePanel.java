// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.report;

import io.mirrorcarp.bench.report.Svg.Anchor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A result whose figures are points of a line: one line for each system over a logarithmic axis. */
final class LinePanel {
    private static final int HEIGHT = 240;
    private static final int LEFT = 60;
    private static final int RIGHT = 190;
    private static final int TOP = 52;
    private static final int BOTTOM = 40;

    private record Point(double x, double y, Role role) {}

    private final Svg svg;
    private final int left;
    private final int top;
    private final double minimum;
    private final double maximum;
    private final double largest;

    private LinePanel(Svg svg, Result result, int left, int top) {
        this.svg = svg;
        this.left = left + LEFT;
        this.top = top + TOP;
        minimum =
                result.figures().stream().mapToDouble(LinePanel::position).min().orElse(1);
        maximum =
                result.figures().stream().mapToDouble(LinePanel::position).max().orElse(1);
        largest = result.figures().stream()
                .flatMap(figure -> figure.readings().stream())
                .mapToDouble(Reading::value)
                .filter(Double::isFinite)
                .max()
                .orElse(1);
    }

    /** Draws it with its upper left corner at a point; its height. */
    static int draw(Svg svg, Result result, int left, int top) {
        svg.heading(result, left, top);
        LinePanel panel = new LinePanel(svg, result, left, top);
        panel.axes(result);
        Map<String, List<Point>> lines = lines(result);
        lines.values().forEach(panel::line);
        panel.labels(lines);
        return HEIGHT;
    }

    /** The number that is the name of a figure, such as "10,000". */
    private static double position(Figure figure) {
        return Double.parseDouble(figure.name().replace(",", ""));
    }

    private static Map<String, List<Point>> lines(Result result) {
        Map<String, List<Point>> lines = new LinkedHashMap<>();
        for (Figure figure : result.figures()) {
            for (Reading reading : figure.readings()) {
                if (Double.isFinite(reading.value())) {
                    lines.computeIfAbsent(reading.system(), key -> new ArrayList<>())
                            .add(new Point(position(figure), reading.value(), reading.role()));
                }
            }
        }
        return lines;
    }

    private double x(double value) {
        double width = Svg.WIDTH - left - RIGHT;
        return maximum == minimum
                ? left
                : left + width * (Math.log(value) - Math.log(minimum)) / (Math.log(maximum) - Math.log(minimum));
    }

    private double y(double value) {
        return bottom() - (bottom() - top) * value / Math.max(1e-9, largest);
    }

    private double bottom() {
        return top + HEIGHT - TOP - BOTTOM;
    }

    private void axes(Result result) {
        svg.line(left, bottom(), Svg.WIDTH - RIGHT, bottom(), Svg.FAINT, false);
        svg.line(left, top, left, bottom(), Svg.FAINT, false);
        svg.text(left - 6, top + 4, TextTable.number(largest), Anchor.END, Svg.INK, false);
        svg.text(left - 6, bottom() + 4, "0", Anchor.END, Svg.INK, false);
        for (Figure figure : result.figures()) {
            svg.text(x(position(figure)), bottom() + 16, figure.name(), Anchor.MIDDLE, Svg.INK, false);
        }
        String unit = result.figures().isEmpty() ? "" : result.figures().get(0).unit();
        svg.text(left, bottom() + 32, unit + " by " + result.axis(), Anchor.START, Svg.FAINT, false);
    }

    private void line(List<Point> points) {
        String color = Svg.color(points.get(0).role());
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            svg.dot(x(point.x()), y(point.y()), color);
            if (i > 0) {
                Point before = points.get(i - 1);
                svg.line(x(before.x()), y(before.y()), x(point.x()), y(point.y()), color, false);
            }
        }
    }

    /** The names at the ends of their lines, from the highest down, with room between them. */
    private void labels(Map<String, List<Point>> lines) {
        List<Map.Entry<String, List<Point>>> ends = new ArrayList<>(lines.entrySet());
        ends.sort(Comparator.comparingDouble(line -> y(last(line.getValue()).y())));
        double free = 0;
        for (Map.Entry<String, List<Point>> line : ends) {
            Point end = last(line.getValue());
            double at = Math.max(free, y(end.y()) + 4);
            svg.text(x(end.x()) + 8, at, line.getKey(), Anchor.START, Svg.color(end.role()), end.role() == Role.OURS);
            free = at + Svg.LINE - 3;
        }
    }

    private static Point last(List<Point> points) {
        return points.get(points.size() - 1);
    }
}
