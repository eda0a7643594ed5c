// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one measurement found.
 *
 * @param name by which it is asked for, such as "sender"
 * @param title what was measured under which load, one line
 * @param figures the columns of its table
 * @param axis empty; or what the names of the figures are numbers of: then the picture draws a line through them
 * @param notes one line each, for the reader
 * @param details more, for programs: into the JSON as they are
 */
public record Result(
        String name, String title, List<Figure> figures, String axis, List<String> notes, Map<String, Object> details) {

    /** A result that does not change any more. */
    public Result {
        figures = List.copyOf(figures);
        notes = List.copyOf(notes);
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    /** A result whose figures are not points of a line. */
    public static Result of(
            String name, String title, List<Figure> figures, List<String> notes, Map<String, Object> details) {
        return new Result(name, title, figures, "", notes, details);
    }
}
