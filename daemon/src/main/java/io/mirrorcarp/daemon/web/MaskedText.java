// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A configuration file without the passwords that are written into it, to be shown in a page and to come back from there. Pure. */
final class MaskedText {
    /** What stands for a password. */
    static final String MASK = "\"********\"";

    private static final Pattern TABLE = Pattern.compile("\\s*\\[([^\\]]+)].*");
    private static final Pattern SECRET =
            Pattern.compile("(\\s*(?:pass|nextPass)\\s*=\\s*)(\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*')(.*)");
    private static final String LINES = "(?<=\n)";

    private MaskedText() {}

    /** With {@link #MASK} in place of each password. */
    static String mask(String text) {
        StringBuilder masked = new StringBuilder();
        for (String line : text.split(LINES, -1)) {
            Matcher secret = SECRET.matcher(line.stripTrailing());
            if (secret.matches()) {
                masked.append(secret.group(1))
                        .append(MASK)
                        .append(secret.group(3))
                        .append('\n');
            } else {
                masked.append(line);
            }
        }
        return masked.toString();
    }

    /**
     * Puts the passwords back that were not changed: each of the same key in the same table.
     *
     * @param text from the page
     * @param original the file that it was made of
     */
    static String unmask(String text, String original) {
        Map<String, String> secrets = secrets(original);
        StringBuilder whole = new StringBuilder();
        String table = "";
        for (String line : text.split(LINES, -1)) {
            Matcher head = TABLE.matcher(line.stripTrailing());
            table = head.matches() ? head.group(1) : table;
            Matcher secret = SECRET.matcher(line.stripTrailing());
            String kept = secret.matches() && secret.group(2).equals(MASK)
                    ? secrets.get(table + " " + key(secret.group(1)))
                    : null;
            whole.append(kept == null ? line : secret.group(1) + kept + secret.group(3) + "\n");
        }
        return whole.toString();
    }

    private static Map<String, String> secrets(String text) {
        Map<String, String> secrets = new HashMap<>();
        String table = "";
        for (String line : text.split(LINES, -1)) {
            Matcher head = TABLE.matcher(line.stripTrailing());
            table = head.matches() ? head.group(1) : table;
            Matcher secret = SECRET.matcher(line.stripTrailing());
            if (secret.matches()) {
                secrets.put(table + " " + key(secret.group(1)), secret.group(2));
            }
        }
        return secrets;
    }

    private static String key(String assignment) {
        return assignment.replace("=", "").strip();
    }
}
