// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A result as text for a terminal: a row for each system, a column for each figure, then ratio, target and verdict. Of several tries a
 * cell has the median and the range; of ratios, one for each round.
 */
public final class TextTable {
    private static final String RATIO = "carpd / best peer";
    private static final String MISSING = "-";
    /** More rounds than these have a range in place of each one's ratio. */
    private static final int RATIOS_SHOWN = 5;

    private final List<List<String>> rows = new ArrayList<>();

    private TextTable(Result result) {
        List<Figure> figures = result.figures();
        addRow("", figures, Figure::name);
        addRow("", figures, Figure::unit);
        for (String system : systems(figures)) {
            addRow(system, figures, figure -> value(figure, system));
        }
        addUnlessEmpty(RATIO, figures, TextTable::ratio);
        addUnlessEmpty(
                "target",
                figures,
                figure -> figure.target() == null ? "" : figure.target().words());
        addUnlessEmpty("", figures, Figure::verdict);
    }

    /** The table with its title and notes, ending with a newline. */
    public static String of(Result result) {
        StringBuilder text = new StringBuilder(result.name() + ": " + result.title() + "\n\n");
        new TextTable(result).render(text);
        if (!result.notes().isEmpty()) {
            text.append('\n');
            result.notes().forEach(note -> text.append("  ").append(note).append('\n'));
        }
        return text.toString();
    }

    private static Set<String> systems(List<Figure> figures) {
        Set<String> systems = new LinkedHashSet<>();
        figures.forEach(figure -> figure.readings().forEach(reading -> systems.add(reading.system())));
        return systems;
    }

    private static String value(Figure figure, String system) {
        return figure.readings().stream()
                .filter(reading -> reading.system().equals(system))
                .findFirst()
                .map(TextTable::values)
                .orElse("");
    }

    /** One value; or the median of several, and their range. */
    private static String values(Reading reading) {
        return reading.values().size() == 1
                ? number(reading.value())
                : range(number(reading.value()), number(reading.least()), number(reading.most()));
    }

    private static String range(String median, String least, String most) {
        return "%s (%s to %s)".formatted(median, least, most);
    }

    /** The median; and the ratio of each round in the order of the rounds, or, where these are many, their range. */
    private static String ratio(Figure figure) {
        List<Double> ratios = figure.ratios();
        if (ratios.isEmpty()) {
            return "";
        }
        String median = hundredths(figure.ratio().orElseThrow());
        if (ratios.size() == 1) {
            return median;
        }
        if (ratios.size() <= RATIOS_SHOWN) {
            return ratios.stream().map(TextTable::hundredths).collect(Collectors.joining(", ", median + " (", ")"));
        }
        List<Double> sorted = ratios.stream().sorted().toList();
        return range(median, hundredths(sorted.get(0)), hundredths(sorted.get(sorted.size() - 1)));
    }

    private static String hundredths(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    /** Three significant digits at least; none behind the point from 1000 up. */
    static String number(double value) {
        if (!Double.isFinite(value)) {
            return MISSING;
        }
        double size = Math.abs(value);
        String format =
                size >= 1000 ? "%,.0f" : size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }

    private void addRow(String head, List<Figure> figures, Function<Figure, String> cell) {
        List<String> row = new ArrayList<>(List.of(head));
        figures.forEach(figure -> row.add(cell.apply(figure)));
        rows.add(row);
    }

    private void addUnlessEmpty(String head, List<Figure> figures, Function<Figure, String> cell) {
        if (figures.stream().anyMatch(figure -> !cell.apply(figure).isEmpty())) {
            addRow(head, figures, cell);
        }
    }

    private void render(StringBuilder text) {
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder("  ").append(padded(row.get(0), width(0), false));
            for (int column = 1; column < row.size(); column++) {
                line.append("  ").append(padded(row.get(column), width(column), true));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private static String padded(String text, int width, boolean right) {
        String padding = " ".repeat(width - text.length());
        return right ? padding + text : text + padding;
    }
}
