// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    /**
     * The same measurement of several rounds as one result.
     *
     * @param rounds at least one, with the same figures in the same order
     */
    public static Result merged(List<Result> rounds) {
        Result first = rounds.get(0);
        if (rounds.size() == 1) {
            return first;
        }
        List<Figure> figures = new ArrayList<>();
        for (int i = 0; i < first.figures.size(); i++) {
            int index = i;
            figures.add(Figure.merged(
                    rounds.stream().map(round -> round.figures.get(index)).toList()));
        }
        Set<String> notes = new LinkedHashSet<>();
        Map<String, Object> details = new LinkedHashMap<>();
        for (int i = 0; i < rounds.size(); i++) {
            notes.addAll(rounds.get(i).notes);
            details.put("round " + (i + 1), rounds.get(i).details);
        }
        return new Result(first.name, first.title, figures, first.axis, List.copyOf(notes), details);
    }

    /** The same with one more note. */
    public Result withNote(String note) {
        List<String> more = new ArrayList<>(notes);
        more.add(note);
        return new Result(name, title, figures, axis, more, details);
    }
}
