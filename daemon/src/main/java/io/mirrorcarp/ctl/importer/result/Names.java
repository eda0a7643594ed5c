// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.result;

import java.util.HashSet;
import java.util.Set;

/** Names that a configuration accepts, each given once. */
final class Names {
    private final Set<String> taken = new HashSet<>();
    private final int maximumLength;

    Names(int maximumLength) {
        this.maximumLength = maximumLength;
    }

    /** The nearest name to a text that nobody has yet: with numbers at its end where it must. */
    String take(String text, String otherwise, int number) {
        String clean = clean(text, maximumLength);
        String base = clean.isEmpty() ? otherwise : clean;
        String name = base;
        for (int i = number; !taken.add(name); i++) {
            String end = "-" + i;
            name = base.substring(0, Math.min(base.length(), maximumLength - end.length())) + end;
        }
        return name;
    }

    /** Letters, digits, dots, underscores and dashes of the text, the first a letter or digit. */
    static String clean(String text, int maximumLength) {
        String clean = text.replaceAll("[^A-Za-z0-9._-]+", "-")
                .replaceFirst("^[^A-Za-z0-9]+", "")
                .replaceFirst("-+$", "");
        return clean.substring(0, Math.min(clean.length(), maximumLength));
    }
}
