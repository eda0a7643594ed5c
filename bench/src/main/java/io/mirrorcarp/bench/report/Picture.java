// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** All results as a picture, a panel for each: an SVG, or a web page with the tables below it. Nothing is loaded from elsewhere. */
public final class Picture {
    private static final int MARGIN = 16;

    private Picture() {}

    /** Whether the name of the file ends in .svg or .html. */
    public static boolean hasKnownFormat(Path file) {
        return isHtml(file) || lowerName(file).endsWith(".svg");
    }

    private static boolean isHtml(Path file) {
        return lowerName(file).endsWith(".html");
    }

    private static String lowerName(Path file) {
        return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    }

    /** What to write to the file. */
    public static String of(List<Result> results, Path file) {
        String svg = svg(results);
        if (!isHtml(file)) {
            return svg;
        }
        StringBuilder tables = new StringBuilder();
        results.forEach(result -> tables.append(TextTable.of(result)).append('\n'));
        return """
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><title>Mirrorcarp bench</title></head>
                <body>
                %s
                <pre>
                %s</pre>
                </body></html>
                """.formatted(svg, Svg.escape(tables.toString()));
    }

    private static String svg(List<Result> results) {
        Svg svg = new Svg();
        int y = MARGIN;
        for (Result result : results) {
            y += result.axis().isEmpty()
                    ? BarPanel.draw(svg, result, MARGIN, y)
                    : LinePanel.draw(svg, result, MARGIN, y);
            y += MARGIN;
        }
        return svg.document(Svg.WIDTH, y);
    }
}
