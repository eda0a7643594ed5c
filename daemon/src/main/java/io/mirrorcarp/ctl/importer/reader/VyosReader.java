// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.ImportFault;
import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.ctl.importer.source.BraceText;
import io.mirrorcarp.ctl.importer.source.ShellText;
import io.mirrorcarp.ctl.importer.source.SourceFile;
import io.mirrorcarp.ctl.importer.source.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** VyOS and Vyatta: {@code set} commands, or the braces of config.boot, which say the same. */
public final class VyosReader implements Reader {
    private static final String SET = "set ";

    /** What is after {@code set}, which a prompt may stand before; empty when the line is another command. */
    private static Optional<String> afterSet(String line) {
        String text = line.strip();
        int set = text.indexOf(SET);
        String prompt = set <= 0 ? "" : text.substring(0, set).strip();
        boolean isPrompt = prompt.endsWith("#") || prompt.endsWith("$");
        boolean oneWord = prompt.chars().noneMatch(Character::isWhitespace);
        return set == 0 || (set > 0 && isPrompt && oneWord)
                ? Optional.of(text.substring(set + SET.length()))
                : Optional.empty();
    }

    @Override
    public void read(SourceFile file, Reading reading) {
        List<Statement> paths = new ArrayList<>();
        List<Place> statements = new ArrayList<>();
        commands(file, paths, statements, reading);
        if (paths.isEmpty()) {
            statements.clear();
            flatten(List.of(), BraceText.parseWithBlockComments(file), paths);
            paths.forEach(path -> statements.add(path.place()));
        }
        Map<String, VyosGroup> groups = new LinkedHashMap<>();
        VyosSync sync = new VyosSync(reading);
        boolean found = false;
        for (Statement path : paths) {
            boolean known = path(path, groups, sync, reading);
            found |= known;
            if (known) {
                reading.take(path.place());
            }
        }
        if (!found) {
            throw new ImportFault(file.name(), "neither high-availability vrrp nor service conntrack-sync is in it");
        }
        int version = version(paths, reading);
        groups.values().forEach(group -> group.finish(version));
        reading.leaveRest(statements, "neither high-availability vrrp nor service conntrack-sync");
    }

    /** Of VRRP; 2 where nothing says it. */
    private static int version(List<Statement> paths, Reading reading) {
        int version = 2;
        for (Statement path : paths) {
            if (isVersion(path)) {
                version = reading.number(path.place(), "version", path.word(4), 2, 3)
                        .orElse(version);
            }
        }
        return version;
    }

    private static boolean isVersion(Statement path) {
        return path.key().equals("high-availability")
                && path.word(2).equals("global-parameters")
                && path.word(3).equals("version");
    }

    private static void commands(SourceFile file, List<Statement> paths, List<Place> statements, Reading reading) {
        int number = 0;
        for (String line : file.lines()) {
            number++;
            Place place = file.at(number);
            if (!line.isBlank() && !line.strip().startsWith("#")) {
                statements.add(place);
            }
            if (line.strip().matches("(\\S+[#$]\\s+)?edit\\s.*")) {
                reading.leave(
                        place,
                        "edit",
                        "the set commands after it lack their beginning: import what show configuration commands prints");
            }
            afterSet(line)
                    .map(text -> ShellText.words(place, text))
                    .filter(words -> !words.isEmpty())
                    .ifPresent(words -> paths.add(new Statement(place, words, List.of())));
        }
    }

    private static void flatten(List<String> above, List<Statement> statements, List<Statement> paths) {
        for (Statement statement : statements) {
            List<String> words = new ArrayList<>(above);
            words.addAll(statement.words());
            if (statement.block().isEmpty()) {
                paths.add(new Statement(statement.place(), words, List.of()));
            } else {
                flatten(words, statement.block(), paths);
            }
        }
    }

    private static Statement from(Statement path, int index) {
        List<String> rest = path.words()
                .subList(Math.min(index, path.words().size()), path.words().size());
        return new Statement(path.place(), rest.isEmpty() ? List.of("") : rest, List.of());
    }

    private static boolean path(Statement path, Map<String, VyosGroup> groups, VyosSync sync, Reading reading) {
        if (path.key().equals("system") && path.word(1).equals("host-name")) {
            reading.draft().nodeName(path.word(2));
            reading.take(path.place());
            return false;
        }
        if (path.key().equals("service") && path.word(1).equals("conntrack-sync")) {
            sync.setting(from(path, 2));
            return true;
        }
        if (path.key().equals("high-availability") && path.word(1).equals("vrrp")) {
            vrrp(path, groups, reading);
            return true;
        }
        if (path.key().equals("high-availability")) {
            String why = path.word(1).equals("disable")
                    ? "VRRP was off: carpd elects as soon as it starts"
                    : "carpd has nothing like it";
            reading.leave(path.place(), "high-availability " + path.word(1), why);
            return false;
        }
        // Vyatta has the groups on their interfaces.
        int vrrp = path.words().indexOf("vrrp-group");
        if (path.key().equals("interfaces") && vrrp > 3) {
            String device = path.word(3).equals("vif") ? path.word(2) + "." + path.word(4) : path.word(2);
            VyosGroup group = group(groups, device + "-" + path.word(vrrp + 1), path.place(), reading);
            group.setting(new Statement(path.place(), List.of("interface", device), List.of()));
            group.setting(new Statement(path.place(), List.of("vrid", path.word(vrrp + 1)), List.of()));
            group.setting(from(path, vrrp + 2));
            return true;
        }
        return false;
    }

    private static void vrrp(Statement path, Map<String, VyosGroup> groups, Reading reading) {
        switch (path.word(2)) {
            case "group" -> group(groups, path.word(3), path.place(), reading).setting(from(path, 4));
            case "sync-group" -> {
                if (path.word(4).equals("member")) {
                    group(groups, path.word(5), path.place(), reading).syncGroup(path);
                } else {
                    syncGroupSetting(path, groups, reading);
                }
            }
            default -> {
                if (!isVersion(path) || !reading.draft().keepsVrrp()) {
                    leave(path, reading);
                }
            }
        }
    }

    /** A script of a sync group runs for the first of its members that is not disabled. */
    private static void syncGroupSetting(Statement path, Map<String, VyosGroup> groups, Reading reading) {
        VyosGroup member = groups.values().stream()
                .filter(group -> group.isIn(path.word(3)) && !group.isDisabled())
                .findFirst()
                .orElse(null);
        if (member == null || !List.of("transition-script", "health-check").contains(path.word(4))) {
            leave(path, reading);
        } else {
            member.setting(from(path, 4));
        }
    }

    private static void leave(Statement path, Reading reading) {
        reading.leave(
                path.place(),
                String.join(" ", from(path, 2).words().stream().limit(3).toList()),
                "carpd has nothing like it");
    }

    private static VyosGroup group(Map<String, VyosGroup> groups, String name, Place place, Reading reading) {
        return groups.computeIfAbsent(name, key -> new VyosGroup(reading, place, key));
    }
}
