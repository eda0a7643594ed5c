// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import java.util.Locale;

/** The constants of an enum as the file spells them: in lower case. */
final class Choices {
    private Choices() {}

    static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
