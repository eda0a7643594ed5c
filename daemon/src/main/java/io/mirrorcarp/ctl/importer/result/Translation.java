// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.result;

import io.mirrorcarp.ctl.files.NewFile;
import io.mirrorcarp.ctl.importer.model.Draft;
import io.mirrorcarp.ctl.importer.model.Leftover;
import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.daemon.config.parser.ConfigurationParser;
import io.mirrorcarp.daemon.config.parser.ConfigurationResult;
import io.mirrorcarp.daemon.config.parser.Finding;
import io.mirrorcarp.daemon.config.parser.Surroundings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The files that an import makes. carpd's own parser reads the configuration before it is shown to anyone, and a table that it does not accept on this
 * machine, such as a check whose program is missing, is made a comment.
 *
 * @param configuration the text of {@code carpd.toml}
 * @param files those that it needs beside it
 * @param leftovers what was left out or changed, and why
 * @param faults what is still wrong on this machine, in the parser's words; empty for a configuration that passes
 */
public record Translation(String configuration, List<NewFile> files, List<Leftover> leftovers, List<String> faults) {
    public Translation {
        files = List.copyOf(files);
        leftovers = List.copyOf(leftovers);
        faults = List.copyOf(faults);
    }

    /** True when there is nothing in it that carpd could do. */
    public boolean isEmpty() {
        return configuration.lines().noneMatch(line -> line.matches("(# )?\\[(carp\\.|pfsync]).*"));
    }

    /**
     * Translates a draft, which is changed by it.
     *
     * @param devices new names for interfaces, by their old ones
     * @param directory that of the configuration, absolute
     * @param name that of the configuration, for messages
     */
    public static Translation of(
            Draft draft, Map<String, String> devices, Path directory, String name, Surroundings surroundings) {
        new Settlement(draft, devices, surroundings.addresses()).run();
        Tables tables = new Tables(draft, directory, surroundings);
        List<Section> sections = tables.sections();
        Surroundings planned = new PlannedSurroundings(surroundings, directory, tables.files());
        Map<Section, String> comments = new HashMap<>();
        while (true) {
            Map<Integer, Section> byLine = new HashMap<>();
            String text = text(tables.head(), sections, comments, byLine);
            ConfigurationResult result = ConfigurationParser.parse(name, text, planned);
            if (!comment(draft, result.faults(), byLine, comments)) {
                return new Translation(text, tables.files(), draft.leftovers(), result.faultLines());
            }
        }
    }

    /** Makes comments of the tables that have a fault and may go; false when there is none. */
    private static boolean comment(
            Draft draft, List<Finding> faults, Map<Integer, Section> byLine, Map<Section, String> comments) {
        boolean changed = false;
        for (Finding fault : faults) {
            Section section = byLine.get(fault.location().line());
            if (section != null && !section.isNeeded() && comments.putIfAbsent(section, fault.message()) == null) {
                Place place = section.place();
                draft.leave(place, section.header(), "a comment for now: " + fault.message());
                changed = true;
            }
        }
        return changed;
    }

    private static String text(
            List<String> head, List<Section> sections, Map<Section, String> comments, Map<Integer, Section> byLine) {
        List<String> lines = new ArrayList<>(head);
        for (Section section : sections) {
            lines.add("");
            String why = comments.get(section);
            for (String line : why == null ? section.lines() : section.asComments(why)) {
                lines.add(line);
                if (why == null) {
                    byLine.put(lines.size(), section);
                }
            }
        }
        return String.join("\n", lines) + "\n";
    }
}
