// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.packaging;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes a manual page, man(7). Text comes with Markdown's marks for code, bold and links, which become fonts. */
final class Roff {
    private static final Pattern MARK = Pattern.compile("`([^`]+)`|\\*\\*([^*]+)\\*\\*|\\[([^]]+)]\\(([^)]+)\\)");

    private final StringBuilder text = new StringBuilder();

    /**
     * A page with its head.
     *
     * @param name such as {@code carpd.toml}
     * @param section 1 to 8
     */
    Roff(String name, String section, String version) {
        line(".TH " + name.toUpperCase(Locale.ROOT) + " " + section + " \"\" \"Mirrorcarp " + version
                + "\" \"Mirrorcarp\"");
        line(".nh");
        line(".ad l");
    }

    Roff section(String title) {
        return line(".SH " + quoted(title.toUpperCase(Locale.ROOT)));
    }

    Roff subsection(String title) {
        return line(".SS " + quoted(title));
    }

    Roff paragraph(String marked) {
        return line(".PP").line(inline(marked));
    }

    /** An entry of a list: what is explained, and the explanation. */
    Roff entry(String tag, String marked) {
        return line(".TP").line(inline(tag)).line(marked.isBlank() ? "\\&" : inline(marked));
    }

    Roff bullet(String marked) {
        return line(".IP \\(bu 2").line(inline(marked));
    }

    /** Lines that stay as they are. */
    Roff literal(Iterable<String> lines) {
        line(".PP").line(".RS 4").line(".nf");
        lines.forEach(each -> line(escape(each)));
        return line(".fi").line(".RE");
    }

    private Roff line(String line) {
        text.append(line).append('\n');
        return this;
    }

    private static String quoted(String title) {
        return "\"" + escape(title).replace("\"", "\\(dq") + "\"";
    }

    /** One line of text, with its marks as fonts. */
    static String inline(String marked) {
        StringBuilder line = new StringBuilder();
        Matcher mark = MARK.matcher(marked);
        int from = 0;
        while (mark.find()) {
            line.append(plain(marked.substring(from, mark.start()))).append(font(mark));
            from = mark.end();
        }
        line.append(plain(marked.substring(from)));
        return guard(line.toString().strip());
    }

    private static String font(Matcher mark) {
        if (mark.group(3) != null) {
            return plain(mark.group(3));
        }
        String strong = mark.group(1) == null ? mark.group(2) : mark.group(1);
        return "\\fB" + plain(strong) + "\\fP";
    }

    /** A line that stays as it is. */
    static String escape(String line) {
        return guard(plain(line));
    }

    /** A hyphen of the source is one that can be copied and searched for. */
    private static String plain(String words) {
        return words.replace("\\|", "|").replace("\\", "\\e").replace("-", "\\-");
    }

    /** No line of text is taken for a request. */
    private static String guard(String line) {
        return line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
