// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Columns as wide as their widest cell; numbers to the right. */
final class TextTable {
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

    String text() {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String padding = " ".repeat(width(column) - row.get(column).length());
                boolean right = numbers.contains(rows.get(0).get(column));
                line.append(column == 0 ? "" : "  ");
                line.append(right ? padding + row.get(column) : row.get(column) + padding);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
