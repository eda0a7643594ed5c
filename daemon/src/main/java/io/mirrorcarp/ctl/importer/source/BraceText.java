// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.source;

import io.mirrorcarp.ctl.importer.model.ImportFault;
import io.mirrorcarp.ctl.importer.model.Place;
import java.util.ArrayList;
import java.util.List;

/**
 * Files of lines and braces, as keepalived, conntrackd and VyOS have them. A statement ends with its line, or with the braces that
 * follow it, on the next line too. Quotes and backslashes are as in keepalived.
 */
public final class BraceText {
    /** Deeper than any of these tools nests. */
    private static final int MAXIMUM_DEPTH = 64;

    private final SourceFile file;
    private final String text;
    private final String comments;
    private final boolean blockComments;
    private int position;
    private int line = 1;

    private BraceText(SourceFile file, String comments, boolean blockComments) {
        this.file = file;
        this.text = file.text();
        this.comments = comments;
        this.blockComments = blockComments;
    }

    /**
     * Reads a whole file.
     *
     * @param comments each letter begins a comment that lasts to the end of its line
     * @throws ImportFault when a brace or a quote has no partner
     */
    public static List<Statement> parse(SourceFile file, String comments) {
        return new BraceText(file, comments, false).statements(null, 0);
    }

    /** The same, with comments between slashes and stars, as VyOS has them. */
    public static List<Statement> parseWithBlockComments(SourceFile file) {
        return new BraceText(file, "#", true).statements(null, 0);
    }

    private List<Statement> statements(@org.jspecify.annotations.Nullable Place opened, int depth) {
        if (depth > MAXIMUM_DEPTH) {
            throw new ImportFault(file.at(line), "braces are nested deeper than " + MAXIMUM_DEPTH);
        }
        List<Statement> statements = new ArrayList<>();
        List<String> words = new ArrayList<>();
        Place start = file.at(line);
        boolean mayHaveBlock = false;
        while (position < text.length()) {
            char c = text.charAt(position);
            if (c == '\n') {
                mayHaveBlock |= flush(statements, start, words);
                advance();
            } else if (c == '{') {
                Place brace = file.at(line);
                advance();
                mayHaveBlock |= flush(statements, start, words);
                if (!mayHaveBlock) {
                    throw new ImportFault(brace, "\"{\" without a word before it");
                }
                Statement head = statements.remove(statements.size() - 1);
                statements.add(new Statement(head.place(), head.words(), statements(head.place(), depth + 1)));
                mayHaveBlock = false;
            } else if (c == '}') {
                flush(statements, start, words);
                if (opened == null) {
                    throw new ImportFault(file.at(line), "\"}\" without a \"{\" before it");
                }
                advance();
                return statements;
            } else if (!skipBlank(c)) {
                start = words.isEmpty() ? file.at(line) : start;
                words.add(word());
                mayHaveBlock = false;
            }
        }
        if (opened != null) {
            throw new ImportFault(opened, "its \"{\" is never closed: is the file cut off?");
        }
        flush(statements, start, words);
        return statements;
    }

    /** True when there was a statement, so that braces may follow it. */
    private static boolean flush(List<Statement> statements, Place start, List<String> words) {
        if (words.isEmpty()) {
            return false;
        }
        statements.add(new Statement(start, words, List.of()));
        words.clear();
        return true;
    }

    /** Skips a blank, a comment, or the end of a line that goes on with the next. */
    private boolean skipBlank(char c) {
        if (Character.isWhitespace(c)) {
            advance();
            return true;
        }
        if (text.startsWith("\\\n", position)) {
            advance();
            advance();
            return true;
        }
        if (blockComments && text.startsWith("/*", position)) {
            int end = text.indexOf("*/", position + 2);
            int stop = end < 0 ? text.length() : end + 2;
            while (position < stop) {
                advance();
            }
            return true;
        }
        if (comments.indexOf(c) < 0) {
            return false;
        }
        while (position < text.length() && text.charAt(position) != '\n') {
            advance();
        }
        return true;
    }

    private String word() {
        StringBuilder word = new StringBuilder();
        Place start = file.at(line);
        char quote = 0;
        boolean variable = false;
        while (position < text.length()) {
            char c = text.charAt(position);
            boolean escaped = c == '\\' && position + 1 < text.length() && text.charAt(position + 1) != '\n';
            if (escaped && (comments + "\"\\'").indexOf(text.charAt(position + 1)) >= 0) {
                advance();
                word.append(text.charAt(position));
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || (c == '\'' && word.length() == 0)) {
                quote = c;
            } else if (c == '{' && lastIs(word, '$')) {
                // A brace inside of a word, as in ${NAME}, is a letter of it.
                variable = true;
                word.append(c);
            } else if (c == '}' && variable) {
                variable = false;
                word.append(c);
            } else if (Character.isWhitespace(c)
                    || c == '{'
                    || c == '}'
                    || comments.indexOf(c) >= 0
                    || text.startsWith("\\\n", position)) {
                break;
            } else {
                word.append(c);
            }
            advance();
        }
        if (quote != 0) {
            throw new ImportFault(start, "a quote is never closed: is the file cut off?");
        }
        return word.toString();
    }

    private static boolean lastIs(StringBuilder word, char letter) {
        return word.length() > 0 && word.charAt(word.length() - 1) == letter;
    }

    private void advance() {
        if (text.charAt(position) == '\n') {
            line++;
        }
        position++;
    }
}
