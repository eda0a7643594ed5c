// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.mirrorcarp.counter.Counter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Renders counters as {@code netstat -s} does: the number, then what was counted. */
final class StatsText {
    private StatsText() {}

    static String render(Stats stats, @Nullable String protocol) {
        StringBuilder text = new StringBuilder();
        stats.parts(protocol).forEach((name, counters) -> {
            text.append(name).append(":\n");
            append(text, counters);
        });
        return text.toString();
    }

    private static void append(StringBuilder text, Map<? extends Counter, Long> counters) {
        int width = counters.values().stream()
                .mapToInt(count -> Long.toString(count).length())
                .max()
                .orElse(1);
        counters.forEach((counter, count) ->
                text.append(String.format(Locale.ROOT, "    %" + width + "d %s%n", count, counter.words())));
    }
}
