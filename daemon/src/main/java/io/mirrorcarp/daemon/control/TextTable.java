// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Columns as wide as their widest cell; numbers to the right. Where the terminal has no room for all, those at the right end go below their row, each with its
 * heading.
 */
final class TextTable {
    private static final String GAP = "  ";
    private static final String INDENT = "    ";

    private final List<List<String>> rows = new ArrayList<>();
    private final Set<String> numbers;

    /**
     * Makes a table.
     *
     * @param numbers the headings of the columns to align to the right
     */
    TextTable(Set<String> numbers, String... headings) {
        this.numbers = numbers;
        rows.add(List.of(headings));
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    String text(Look look) {
        int columns = fitting(look);
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                line.append(column == 0 ? "" : GAP).append(padded(row, column));
            }
            text.append(line.toString().stripTrailing()).append('\n');
            if (row != rows.get(0)) {
                below(row, columns, look, text);
            }
        }
        return text.toString();
    }

    private String padded(List<String> row, int column) {
        String cell = row.get(column);
        String padding = " ".repeat(width(column) - Look.width(cell));
        return numbers.contains(rows.get(0).get(column)) ? padding + cell : cell + padding;
    }

    /** How many columns have room, one at least. */
    private int fitting(Look look) {
        int columns = 1;
        int width = width(0);
        while (columns < rows.get(0).size() && look.hasRoom(width + GAP.length() + width(columns))) {
            width += GAP.length() + width(columns);
            columns++;
        }
        return columns;
    }

    private void below(List<String> row, int columns, Look look, StringBuilder text) {
        for (int column = columns; column < row.size(); column++) {
            if (!row.get(column).isEmpty()) {
                String heading = rows.get(0).get(column);
                text.append(look.fit(INDENT + heading + " " + row.get(column))).append('\n');
            }
        }
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> Look.width(row.get(column))).max().orElse(0);
    }
}
