// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.packaging;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of {@code docs/} as a manual page: headings, paragraphs, lists, tables, and code that is indented or fenced. A row of a table becomes an entry whose tag
 * is the first cell.
 */
final class MarkdownPage {
    private static final Pattern TITLE = Pattern.compile("# ([\\w.-]+)\\(([1-8])\\)");
    private static final Pattern CELLS = Pattern.compile("(?<!\\\\)\\|");
    private static final String INDENT = "    ";
    private static final String FENCE = "```";

    private final List<String> lines;
    private final Roff page;
    private int at = 1;

    private MarkdownPage(List<String> lines, String version) {
        this.lines = lines;
        Matcher title = title(lines);
        page = new Roff(title.group(1), title.group(2), version);
    }

    /** The file name of the page, such as {@code carpd.8}. */
    static String fileName(List<String> lines) {
        Matcher title = title(lines);
        return title.group(1) + "." + title.group(2);
    }

    private static Matcher title(List<String> lines) {
        Matcher title = TITLE.matcher(lines.get(0));
        if (!title.matches()) {
            throw new IllegalArgumentException("no title such as \"# carpd(8)\" but \"" + lines.get(0) + "\"");
        }
        return title;
    }

    static String toRoff(List<String> lines, String version) {
        MarkdownPage reader = new MarkdownPage(lines, version);
        while (reader.at < lines.size()) {
            reader.block();
        }
        return reader.page.toString();
    }

    private void block() {
        String line = lines.get(at);
        if (line.isBlank()) {
            at++;
        } else if (line.startsWith("## ")) {
            page.section(line.substring(3));
            at++;
        } else if (line.startsWith("### ")) {
            page.subsection(line.substring(4));
            at++;
        } else if (line.startsWith(FENCE)) {
            fenced();
        } else if (line.startsWith(INDENT)) {
            indented();
        } else if (line.startsWith("|")) {
            table();
        } else if (line.startsWith("- ")) {
            page.bullet(joined(line.substring(2)));
        } else {
            page.paragraph(joined(line));
        }
    }

    /** The lines up to the next block, as one. */
    private String joined(String first) {
        StringBuilder paragraph = new StringBuilder(first);
        at++;
        while (at < lines.size() && goesOn(lines.get(at))) {
            paragraph.append(' ').append(lines.get(at).strip());
            at++;
        }
        return paragraph.toString();
    }

    private static boolean goesOn(String line) {
        return !line.isBlank()
                && !line.startsWith("#")
                && !line.startsWith("|")
                && !line.startsWith("- ")
                && !line.startsWith(FENCE);
    }

    private void fenced() {
        List<String> code = new ArrayList<>();
        at++;
        while (!lines.get(at).startsWith(FENCE)) {
            code.add(lines.get(at));
            at++;
        }
        at++;
        page.literal(code);
    }

    private void indented() {
        List<String> code = new ArrayList<>();
        while (at < lines.size()
                && (lines.get(at).startsWith(INDENT) || (lines.get(at).isBlank() && codeFollows()))) {
            code.add(lines.get(at).isBlank() ? "" : lines.get(at).substring(INDENT.length()));
            at++;
        }
        page.literal(code);
    }

    private boolean codeFollows() {
        return at + 1 < lines.size() && lines.get(at + 1).startsWith(INDENT);
    }

    private void table() {
        List<String> head = cells(lines.get(at));
        at += 2;
        while (at < lines.size() && lines.get(at).startsWith("|")) {
            row(head, cells(lines.get(at)));
            at++;
        }
    }

    private void row(List<String> head, List<String> row) {
        StringBuilder body = new StringBuilder();
        for (int i = 1; i < row.size(); i++) {
            boolean last = i == row.size() - 1;
            if (!row.get(i).isBlank()) {
                body.append(last ? row.get(i) : head.get(i) + " " + row.get(i) + ". ");
            }
        }
        page.entry(row.get(0).isBlank() ? row.get(1) : row.get(0), body.toString());
    }

    private static List<String> cells(String row) {
        List<String> cells = new ArrayList<>(
                Arrays.stream(CELLS.split(row.strip(), -1)).map(String::strip).toList());
        return cells.subList(1, cells.size() - 1);
    }
}
