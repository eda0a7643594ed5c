// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.ImportFault;
import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.ctl.importer.source.BraceText;
import io.mirrorcarp.ctl.importer.source.SourceFile;
import io.mirrorcarp.ctl.importer.source.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The statements of a keepalived.conf with its includes, its {@code @host} lines and its {@code $NAME} definitions resolved. */
final class KeepalivedText {
    static final String COMMENTS = "#!";

    private static final int MAXIMUM_INCLUDES = 256;
    private static final int MAXIMUM_LENGTH = 1 << 20;
    private static final Pattern DEFINITION = Pattern.compile("\\$([A-Za-z_][A-Za-z0-9_]*)=(.*)");
    private static final Pattern USE = Pattern.compile("\\$(?:\\{([A-Za-z_][A-Za-z0-9_]*)}|([A-Za-z_][A-Za-z0-9_]*))");

    private final Reading reading;
    private final Map<String, String> definitions = new HashMap<>();
    private int includes;

    KeepalivedText(Reading reading) {
        this.reading = reading;
    }

    List<Statement> load(SourceFile file) {
        return resolve(file, BraceText.parse(file, COMMENTS));
    }

    private List<Statement> resolve(SourceFile file, List<Statement> statements) {
        List<Statement> resolved = new ArrayList<>();
        for (Statement statement : statements) {
            List<String> words = new ArrayList<>(statement.words());
            if (words.get(0).startsWith("@") && !isForThisNode(words.remove(0))) {
                continue;
            }
            Matcher definition = words.isEmpty() ? null : DEFINITION.matcher(String.join(" ", words));
            if (words.isEmpty()) {
                continue;
            }
            if (definition != null && definition.matches()) {
                definitions.put(definition.group(1), expand(statement.place(), definition.group(2)));
                continue;
            }
            words.replaceAll(word -> expand(statement.place(), word));
            if (words.get(0).matches("include[a-z]?") && words.size() > 1) {
                resolved.addAll(include(file, statement.place(), words.get(1)));
            } else {
                resolved.add(new Statement(statement.place(), words, resolve(file, statement.block())));
            }
        }
        return resolved;
    }

    /** {@code @name} is for the node of that name, {@code @^name} for all others. */
    private boolean isForThisNode(String condition) {
        boolean others = condition.startsWith("@^");
        return others != condition.substring(others ? 2 : 1).equals(reading.nodeName());
    }

    private List<Statement> include(SourceFile from, Place place, String pattern) {
        List<String> files = reading.tree().glob(from.resolve(pattern));
        if (files.isEmpty()) {
            reading.leave(place, "include " + pattern, "no file matches it");
        }
        List<Statement> statements = new ArrayList<>();
        for (String file : files) {
            if (++includes > MAXIMUM_INCLUDES) {
                throw new ImportFault(
                        place, "more than " + MAXIMUM_INCLUDES + " includes: do the files include each other?");
            }
            SourceFile included;
            try {
                included = reading.tree().read(file);
            } catch (ImportFault fault) {
                reading.leave(place, "include " + pattern, String.valueOf(fault.getMessage()));
                continue;
            }
            statements.addAll(resolve(included, BraceText.parse(included, COMMENTS)));
        }
        return statements;
    }

    private String expand(Place place, String word) {
        StringBuilder expanded = new StringBuilder();
        Matcher use = USE.matcher(word);
        while (use.find()) {
            String name = use.group(1) == null ? use.group(2) : use.group(1);
            String value = definitions.get(name);
            if (value == null) {
                reading.leave(place, "$" + name, "not defined: it is left as it stands");
            }
            use.appendReplacement(expanded, Matcher.quoteReplacement(value == null ? use.group() : value));
            if (expanded.length() > MAXIMUM_LENGTH) {
                throw new ImportFault(place, "$" + name + " makes a word longer than " + MAXIMUM_LENGTH + " letters");
            }
        }
        return use.appendTail(expanded).toString();
    }
}
