// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.ImportFault;
import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.ctl.importer.source.ShellText;
import io.mirrorcarp.ctl.importer.source.SourceFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Command lines of ucarp: in a shell script, a unit of systemd, or alone. */
public final class UcarpReader implements Reader {
    private static final Map<Character, String> SHORT = new HashMap<>();
    private static final Set<String> SWITCHES =
            Set.of("preempt", "neutral", "help", "debug", "shutdown", "daemonize", "ignoreifstate", "nomcast");
    /** A definition that names itself twice doubles with each line. */
    private static final int MAXIMUM_LENGTH = 1 << 16;

    private static final Pattern DEFINITION =
            Pattern.compile("(?:Environment=)?([A-Za-z_][A-Za-z0-9_]*)=(.*)", Pattern.DOTALL);
    private static final Pattern VARIABLE =
            Pattern.compile("\\$(?:\\{([A-Za-z_][A-Za-z0-9_]*)}|([A-Za-z_][A-Za-z0-9_]*))");
    private static final Pattern END = Pattern.compile("[0-9]*[<>].*|&.*|[|].*|;.*");

    static {
        SHORT.put('i', "interface");
        SHORT.put('s', "srcip");
        SHORT.put('m', "mcast");
        SHORT.put('v', "vhid");
        SHORT.put('p', "pass");
        SHORT.put('o', "passfile");
        SHORT.put('P', "preempt");
        SHORT.put('n', "neutral");
        SHORT.put('a', "addr");
        SHORT.put('h', "help");
        SHORT.put('b', "advbase");
        SHORT.put('k', "advskew");
        SHORT.put('u', "upscript");
        SHORT.put('d', "downscript");
        SHORT.put('r', "deadratio");
        SHORT.put('D', "debug");
        SHORT.put('z', "shutdown");
        SHORT.put('B', "daemonize");
        SHORT.put('S', "ignoreifstate");
        SHORT.put('M', "nomcast");
        SHORT.put('f', "facility");
        SHORT.put('x', "xparam");
    }

    /** What a name stands for, and where that is said. */
    record Variable(Place place, String value) {}

    @Override
    public void read(SourceFile file, Reading reading) {
        boolean found = false;
        Map<String, Variable> variables = new HashMap<>();
        List<Place> statements = new ArrayList<>();
        for (ShellText.Line line : ShellText.lines(file)) {
            boolean isSection = line.words().size() == 1 && line.words().get(0).matches("\\[.*]");
            if (!isSection) {
                statements.add(line.place());
            }
            boolean starts = process(line, variables, reading);
            found |= starts;
            if (!starts) {
                line.words().forEach(word -> define(line.place(), word, variables, reading));
            }
        }
        if (!found) {
            throw new ImportFault(file.name(), "there is no command line of ucarp in it");
        }
        reading.leaveRest(statements, "not ucarp's: make a hook of what must run at a change of state");
    }

    /** Reads a line, if it starts ucarp; false if it does not. */
    static boolean process(ShellText.Line line, Map<String, Variable> variables, Reading reading) {
        int program = program(line.words());
        if (program < 0) {
            return false;
        }
        UcarpProcess process = new UcarpProcess(reading, line.place());
        List<String> words = line.words().subList(program + 1, line.words().size()).stream()
                .flatMap(word -> words(expanded(word, variables, reading), word))
                .toList();
        options(process, line.place(), words);
        process.finish();
        reading.take(line.place());
        return true;
    }

    /** {@code NAME=VALUE}, alone or after {@code export}; and systemd's {@code Environment=NAME=VALUE}. */
    private static void define(Place place, String word, Map<String, Variable> variables, Reading reading) {
        Matcher definition = DEFINITION.matcher(word);
        if (definition.matches()) {
            String value = expanded(definition.group(2), variables, reading);
            if (value.length() > MAXIMUM_LENGTH) {
                throw new ImportFault(place, "a value longer than " + MAXIMUM_LENGTH + " letters");
            }
            variables.put(definition.group(1), new Variable(place, value));
        }
    }

    private static String expanded(String word, Map<String, Variable> variables, Reading reading) {
        return VARIABLE.matcher(word).replaceAll(use -> {
            Variable variable = variables.get(use.group(1) == null ? use.group(2) : use.group(1));
            if (variable == null) {
                return Matcher.quoteReplacement(use.group());
            }
            reading.take(variable.place);
            return Matcher.quoteReplacement(variable.value);
        });
    }

    /** A variable that stands alone and holds options is several words. */
    private static Stream<String> words(String expanded, String word) {
        boolean options = VARIABLE.matcher(word).matches() && expanded.startsWith("-");
        return options ? Arrays.stream(expanded.strip().split("\\s+")) : Stream.of(expanded);
    }

    private static int program(List<String> words) {
        for (int i = 0; i + 1 < words.size(); i++) {
            boolean options = words.get(i + 1).startsWith("-");
            if (options && words.get(i).matches("(ExecStart=[-@:+!]*)?(\\S*/)?ucarp")) {
                return i;
            }
        }
        return -1;
    }

    private static void options(UcarpProcess process, Place place, List<String> words) {
        for (int i = 0; i < words.size() && !END.matcher(words.get(i)).matches(); i++) {
            String word = words.get(i);
            String next = i + 1 < words.size() ? words.get(i + 1) : "";
            if (word.equals("--")) {
                // What is before it is for the program that starts ucarp.
                continue;
            }
            if (word.startsWith("--")) {
                int equals = word.indexOf('=');
                String name = longName(equals < 0 ? word.substring(2) : word.substring(2, equals));
                boolean takesNext = equals < 0 && !SWITCHES.contains(name);
                process.option(place, name, takesNext ? next : equals < 0 ? "" : word.substring(equals + 1));
                i += takesNext ? 1 : 0;
            } else if (word.startsWith("-") && word.length() > 1) {
                i += cluster(process, place, word, next);
            } else {
                // It may be a part of a password that lacks its quotes: it is not shown.
                process.option(place, "a word that is no option", "");
            }
        }
    }

    /** {@code -zB}, {@code -v1} or {@code -v 1}; how many words after it were taken. */
    private static int cluster(UcarpProcess process, Place place, String word, String next) {
        for (int j = 1; j < word.length(); j++) {
            String name = SHORT.getOrDefault(word.charAt(j), "-" + word.charAt(j));
            if (SWITCHES.contains(name) || name.startsWith("-")) {
                process.option(place, name, "");
            } else {
                boolean attached = j + 1 < word.length();
                process.option(place, name, attached ? word.substring(j + 1) : next);
                return attached ? 0 : 1;
            }
        }
        return 0;
    }

    /** getopt takes the beginning of a name for the whole where only one begins so. */
    private static String longName(String typed) {
        if (SHORT.containsValue(typed)) {
            return typed;
        }
        List<String> candidates =
                SHORT.values().stream().filter(name -> name.startsWith(typed)).toList();
        return candidates.size() == 1 ? candidates.get(0) : typed;
    }
}
