// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.daemon.config.parser.Finding;
import io.mirrorcarp.daemon.config.parser.Location;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A configuration file without the passwords that are written into it, to be shown in a page and to come back from there. Pure. */
final class MaskedText {
    /** What stands for a password. */
    static final String MASK = "\"********\"";

    private static final Pattern TABLE = Pattern.compile("\\s*\\[([^\\]]+)].*");

    /** A key with the tables that may stand before it, and its text. Also within braces. */
    private static final Pattern SECRET =
            Pattern.compile("((?<![\\w-])(?:[\\w\"'-]{1,64}+\\s*\\.\\s*)*[\"']?(?:pass|nextPass)[\"']?\\s*=\\s*)"
                    + "(\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*')");

    private static final String LINES = "(?<=\n)";

    private MaskedText() {}

    /** One password of a text: where it stands, its key with its table, and its text with the quotes. */
    private record Secret(int line, int column, String key, String text) {}

    /** With {@link #MASK} in place of each password. */
    static String mask(String text) {
        return replace(text, secret -> MASK);
    }

    /**
     * Puts the passwords back that were not changed: each of the same key in the same table.
     *
     * @param text from the page
     * @param original the file that it was made of
     */
    static String unmask(String text, String original) {
        Map<String, String> secrets = secrets(original);
        return replace(
                text, secret -> secret.text().equals(MASK) ? secrets.getOrDefault(secret.key(), MASK) : secret.text());
    }

    /** The masks that stand for no password of the original, such as one in a table that was copied. A faulty password must not come of them. */
    static List<Finding> masksOfNothing(String text, String original) {
        Map<String, String> secrets = secrets(original);
        List<Finding> faults = new ArrayList<>();
        replace(text, secret -> {
            if (secret.text().equals(MASK) && !secrets.containsKey(secret.key())) {
                faults.add(new Finding(
                        new Location(secret.line(), secret.column()),
                        "******** stands for no password here: type the password, or name a file with passFile"));
            }
            return secret.text();
        });
        return faults;
    }

    private static Map<String, String> secrets(String text) {
        Map<String, String> secrets = new HashMap<>();
        replace(text, secret -> {
            secrets.put(secret.key(), secret.text());
            return secret.text();
        });
        return secrets;
    }

    private static String replace(String text, Function<Secret, String> by) {
        StringBuilder whole = new StringBuilder();
        Map<String, Integer> seen = new HashMap<>();
        String table = "";
        int number = 0;
        for (String line : text.split(LINES, -1)) {
            number++;
            Matcher head = TABLE.matcher(line.stripTrailing());
            table = head.matches() ? head.group(1) : table;
            boolean comment = line.stripLeading().startsWith("#");
            whole.append(comment ? line : replaceInLine(line, number, table, seen, by));
        }
        return whole.toString();
    }

    /** @param seen how often each key came before: within braces several tables have the same */
    private static String replaceInLine(
            String line, int number, String table, Map<String, Integer> seen, Function<Secret, String> by) {
        Matcher found = SECRET.matcher(line);
        StringBuilder replaced = new StringBuilder();
        while (found.find()) {
            String key = table + " " + found.group(1).replaceAll("[\\s=]", "");
            int before = seen.merge(key, 1, Integer::sum) - 1;
            Secret secret = new Secret(number, found.start() + 1, key + " " + before, found.group(2));
            found.appendReplacement(replaced, Matcher.quoteReplacement(found.group(1) + by.apply(secret)));
        }
        found.appendTail(replaced);
        return replaced.toString();
    }
}
