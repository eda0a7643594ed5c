// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.source;

import io.mirrorcarp.ctl.importer.model.ImportFault;
import io.mirrorcarp.ctl.importer.model.Place;
import java.util.ArrayList;
import java.util.List;

/** Lines of a shell: what quotes and backslashes mean, and nothing else of it. Variables and commands are not expanded. */
public final class ShellText {
    private static final String SPECIAL = "|&;<>()$`*?[#~!{}";

    private ShellText() {}

    /**
     * A line of words.
     *
     * @param place where it begins
     */
    public record Line(Place place, List<String> words) {
        public Line {
            words = List.copyOf(words);
        }
    }

    /**
     * The lines that have words; one that ends in a backslash or within quotes goes on with the next. A {@code #} that begins a word begins a comment.
     *
     * @throws ImportFault when a quote has no partner
     */
    public static List<Line> lines(SourceFile file) {
        List<Line> lines = new ArrayList<>();
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        String text = file.text() + "\n";
        Place start = file.at(1);
        Place quoteStart = start;
        char quote = 0;
        int number = 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            number += c == '\n' ? 1 : 0;
            boolean blank = quote == 0 && Character.isWhitespace(c);
            boolean comment = quote == 0 && c == '#' && word == null;
            if (!blank && !comment && word == null && !(c == '\\' && text.charAt(i + 1) == '\n')) {
                start = words.isEmpty() ? file.at(number - (c == '\n' ? 1 : 0)) : start;
                word = new StringBuilder();
            }
            if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
                i++;
                number += text.charAt(i) == '\n' ? 1 : 0;
                if (text.charAt(i) != '\n' && word != null) {
                    word.append(quote == '"' && "\"\\$`".indexOf(text.charAt(i)) < 0 ? "\\" : "")
                            .append(text.charAt(i));
                }
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
                quoteStart = file.at(number);
            } else if (quote != 0 && c == quote) {
                quote = 0;
            } else if (comment) {
                i = text.indexOf('\n', i) - 1;
            } else if (blank) {
                if (word != null) {
                    words.add(word.toString());
                    word = null;
                }
                if (c == '\n' && !words.isEmpty()) {
                    lines.add(new Line(start, words));
                    words.clear();
                }
            } else if (word != null) {
                word.append(c);
            }
        }
        if (quote != 0) {
            throw new ImportFault(quoteStart, "a quote is never closed: is the file cut off?");
        }
        return lines;
    }

    /** The words of one line, as {@link #lines} reads them. */
    public static List<String> words(Place place, String text) {
        List<Line> lines = lines(new SourceFile(place.file(), text.replace('\n', ' ')));
        return lines.isEmpty() ? List.of() : lines.get(0).words();
    }

    /** A word that a shell reads as this text. */
    public static String quote(String word) {
        boolean plain = !word.isEmpty() && word.matches("[A-Za-z0-9_./:=@%+,-]+");
        return plain ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** True when a shell would do more with the text than to split it into words. */
    public static boolean needsShell(String text) {
        return text.chars().anyMatch(c -> SPECIAL.indexOf(c) >= 0);
    }
}
