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
    private static final int MAXIMUM_EXPANSIONS = 4096;
    private static final int MAXIMUM_DEPTH = 16;
    private static final int MAXIMUM_LENGTH = 1 << 20;
    private static final Pattern DEFINITION = Pattern.compile("\\$([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*(.*)");
    private static final Pattern USE = Pattern.compile("\\$(?:\\{([A-Za-z_][A-Za-z0-9_]*)}|([A-Za-z_][A-Za-z0-9_]*))");

    private final Reading reading;
    private final Map<String, String> definitions = new HashMap<>();
    private final Map<String, List<Statement>> blocks = new HashMap<>();
    private final Map<String, List<String>> linesOf = new HashMap<>();
    private int includes;
    private int expansions;
    private int depth;

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
            if (words.get(0).startsWith("@") && !isForThisNode(words.get(0))) {
                leaveForOthers(statement);
                continue;
            }
            if (words.get(0).startsWith("@")) {
                words.remove(0);
            }
            if (!words.isEmpty() && !define(file, statement.place(), words)) {
                resolved.addAll(statements(file, new Statement(statement.place(), words, statement.block())));
            }
        }
        return resolved;
    }

    private void leaveForOthers(Statement statement) {
        String what = (statement.key() + " " + statement.word(1).replaceFirst("=.*", "")).strip();
        String why = "not for this node, which is " + reading.nodeName() + ": --node NAME imports for another";
        reading.leave(statement, what, why);
    }

    /** Takes {@code $NAME=TEXT}; false when it is another statement. */
    private boolean define(SourceFile file, Place place, List<String> words) {
        Matcher definition = DEFINITION.matcher(String.join(" ", words));
        if (!definition.matches()) {
            return false;
        }
        String name = definition.group(1);
        blocks.remove(name);
        definitions.remove(name);
        List<String> lines = linesOf.computeIfAbsent(file.name(), key -> file.lines());
        String line = place.line() <= lines.size() ? lines.get(place.line() - 1) : "";
        if (line.contains("$" + name) && line.stripTrailing().endsWith("\\")) {
            blocks.put(name, body(file.name(), lines, place.line()));
        } else {
            definitions.put(name, expand(place, definition.group(2)));
        }
        return true;
    }

    /** What one statement stands for: itself, the statements of a file, or those of a definition. */
    private List<Statement> statements(SourceFile file, Statement statement) {
        Place place = statement.place();
        if (statement.key().startsWith("~")) {
            String loop = statement.key().replaceFirst("\\(.*", "");
            reading.leave(statement, loop, "a loop of keepalived is not run: write out what it makes");
            return List.of();
        }
        List<Statement> block = statement.words().size() == 1 ? blocks.get(nameIn(statement.key())) : null;
        if (block != null) {
            return expansion(file, place, block);
        }
        List<String> words =
                statement.words().stream().map(word -> expand(place, word)).toList();
        if (words.get(0).matches("include[a-z]?") && words.size() > 1) {
            return include(file, place, words.get(1));
        }
        return List.of(new Statement(place, words, resolve(file, statement.block())));
    }

    private List<Statement> expansion(SourceFile file, Place place, List<Statement> block) {
        if (++expansions > MAXIMUM_EXPANSIONS || depth >= MAXIMUM_DEPTH) {
            throw new ImportFault(place, "definitions are used too often: do they name each other?");
        }
        depth++;
        List<Statement> resolved = resolve(file, block);
        depth--;
        return resolved;
    }

    /** The name in {@code $NAME} or {@code ${NAME}}; an empty text where the word is another. */
    private static String nameIn(String word) {
        Matcher use = USE.matcher(word);
        return !use.matches() ? "" : use.group(1) == null ? use.group(2) : use.group(1);
    }

    /** A definition whose line ends in a backslash holds whole lines, blocks among them: each at the place where it stands. */
    private static List<Statement> body(String name, List<String> lines, int first) {
        StringBuilder body = new StringBuilder("\n".repeat(first - 1));
        String line = lines.get(first - 1);
        body.append(line.substring(line.indexOf('=') + 1));
        int next = first;
        while (next < lines.size() && lines.get(next - 1).stripTrailing().endsWith("\\")) {
            body.setLength(body.lastIndexOf("\\"));
            body.append('\n').append(lines.get(next));
            next++;
        }
        return BraceText.parse(new SourceFile(name, body.toString()), COMMENTS);
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
