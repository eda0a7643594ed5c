// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.source;

import io.mirrorcarp.ctl.importer.model.ImportFault;
import io.mirrorcarp.ctl.importer.model.Place;
import java.util.ArrayList;
import java.util.List;

/** Lines of a shell: what quotes and backslashes mean, and nothing else of it. Variables and commands are not expanded. */
public final class ShellText {
    private static final String SPECIAL = "|&;<>()$`*?[#~!{}";

    /** What a backslash escapes within double quotes. */
    private static final String ESCAPED_IN_QUOTES = "\"\\$`";

    private final SourceFile file;
    private final String text;
    private final List<Line> lines = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private Place start;
    private int position;
    private int line = 1;

    private ShellText(SourceFile file) {
        this.file = file;
        this.text = file.text() + "\n";
        this.start = file.at(1);
    }

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
        ShellText shell = new ShellText(file);
        while (shell.position < shell.text.length()) {
            shell.next();
        }
        return List.copyOf(shell.lines);
    }

    /** The words of one line, as {@link #lines} reads them. */
    public static List<String> words(Place place, String text) {
        List<Line> lines = lines(new SourceFile(place.file(), text.replace('\n', ' ')));
        return lines.isEmpty() ? List.of() : lines.get(0).words();
    }

    private void next() {
        char c = text.charAt(position);
        if (c == '\\') {
            backslash(false);
        } else if (c == '"' || c == '\'') {
            quoted(c);
        } else if (Character.isWhitespace(c)) {
            endWord();
            if (c == '\n') {
                endLine();
            }
            advance();
        } else if (c == '#' && !inWord) {
            position = text.indexOf('\n', position);
        } else {
            letter();
        }
    }

    private void letter() {
        beginWord();
        word.append(text.charAt(position));
        advance();
    }

    /** The end of a line after a backslash is nothing; another letter is itself. */
    private void backslash(boolean inQuotes) {
        advance();
        if (position >= text.length()) {
            return;
        }
        char escaped = text.charAt(position);
        if (escaped == '\n') {
            advance();
        } else {
            if (inQuotes && ESCAPED_IN_QUOTES.indexOf(escaped) < 0) {
                word.append('\\');
            }
            letter();
        }
    }

    private void quoted(char quote) {
        Place opened = file.at(line);
        beginWord();
        advance();
        while (position < text.length() && text.charAt(position) != quote) {
            if (text.charAt(position) == '\\' && quote == '"') {
                backslash(true);
            } else {
                letter();
            }
        }
        if (position >= text.length()) {
            throw new ImportFault(opened, "a quote is never closed: is the file cut off?");
        }
        advance();
    }

    private void beginWord() {
        if (!inWord) {
            start = words.isEmpty() ? file.at(line) : start;
            inWord = true;
        }
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }

    private void endLine() {
        if (!words.isEmpty()) {
            lines.add(new Line(start, words));
            words.clear();
        }
    }

    private void advance() {
        if (text.charAt(position) == '\n') {
            line++;
        }
        position++;
    }

    /** A word that a shell reads as this text. */
    public static String quote(String word) {
        boolean plain = !word.isEmpty() && word.matches("[A-Za-z0-9_./:=@%+,-]+");
        return plain ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** True when a shell would do more with the text than to split it into words; a quote without a partner is the shell's to refuse. */
    public static boolean needsShell(String text) {
        if (text.chars().anyMatch(c -> SPECIAL.indexOf(c) >= 0)) {
            return true;
        }
        try {
            return words(new Place("", 1), text).isEmpty();
        } catch (ImportFault expected) {
            return true;
        }
    }
}
