// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.ctl.importer.model.TrackDraft;
import io.mirrorcarp.ctl.importer.source.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** keepalived's tracked interfaces, scripts and processes. */
final class VrrpTracks {
    /** What a lost carpdev adds by default: keepalived's FAULT gives the addresses away as well. */
    static final int FAULT = 240;

    private static final int MAXIMUM_DEMOTION = 255;

    private final Reading reading;
    private final Map<String, Statement> scripts = new LinkedHashMap<>();
    private final Map<String, Statement> processes = new LinkedHashMap<>();
    private final Set<String> used = new HashSet<>();

    VrrpTracks(Reading reading, List<Statement> statements) {
        this.reading = reading;
        for (Statement statement : statements) {
            switch (statement.key()) {
                case "vrrp_script" -> scripts.put(statement.word(1), statement);
                case "vrrp_track_process" -> processes.put(statement.word(1), statement);
                default -> {
                    // Another part of the file.
                }
            }
        }
    }

    /** Tells of what is defined and tracked by nobody; when all else has been read. */
    void leaveUnused() {
        Stream.concat(scripts.values().stream(), processes.values().stream())
                .filter(statement -> !used.contains(statement.key() + statement.word(1)))
                .forEach(statement ->
                        reading.leave(statement, statement.key() + " " + statement.word(1), "nothing tracks it"));
    }

    /**
     * The block of {@code track_interface}.
     *
     * @param carpdev the carpdev of the instance, whose link counts anyway; or empty
     */
    void interfaces(Statement block, String group, String carpdev) {
        for (Statement line : block.block()) {
            if (line.key().equals(carpdev)) {
                reading.leave(line.place(), "track_interface " + carpdev, "the link of a carpdev always counts");
            } else {
                reading.draft()
                        .tracks()
                        .add(new TrackDraft.Interface(
                                line.place(), line.key(), demotion(line, weight(line, "0")), group));
            }
        }
    }

    /** The block of {@code track_script}. */
    void scripts(Statement block, String group) {
        for (Statement line : block.block()) {
            Statement script = scripts.get(line.key());
            used.add("vrrp_script" + line.key());
            if (script == null) {
                reading.leave(line.place(), "track_script " + line.key(), "there is no vrrp_script of this name");
            } else {
                add(line, script, group);
            }
        }
    }

    /** The block of {@code track_process}. */
    void processes(Statement block, String group) {
        for (Statement line : block.block()) {
            Statement process = processes.get(line.key());
            used.add("vrrp_track_process" + line.key());
            if (process == null) {
                String what = "track_process " + line.key();
                reading.leave(line.place(), what, "there is no vrrp_track_process of this name");
            } else {
                process(line, process, group);
            }
        }
    }

    private void process(Statement use, Statement process, String group) {
        String command = "";
        String weight = "0";
        for (Statement line : process.block()) {
            switch (line.key()) {
                case "process" -> command = line.word(1);
                case "weight" -> weight = line.rest();
                default ->
                    reading.leave(
                            line.place(), line.key(), "a check of kind \"process\" asks whether one of that name runs");
            }
            if (line.key().equals("process") && line.words().size() > 2) {
                reading.leave(line.place(), "process", "its arguments are not compared");
            }
        }
        // ps(1) knows a program by the last part of its path.
        String name = command.substring(command.lastIndexOf('/') + 1);
        if (name.isEmpty()) {
            reading.leave(process.place(), "vrrp_track_process " + process.word(1), "it names no process");
        } else {
            int demote = demotion(use, weight(use, weight));
            reading.draft()
                    .tracks()
                    .add(new TrackDraft.RunningProcess(process.place(), process.word(1), name, demote, group));
        }
    }

    private void add(Statement use, Statement script, String group) {
        String command = "";
        String weight = "0";
        String interval = "1";
        String timeout = "";
        int fall = 1;
        int rise = 1;
        for (Statement line : script.block()) {
            KeepalivedReader.leaveSecond(line, reading);
            switch (line.key()) {
                case "script" -> command = line.rest();
                case "weight" -> weight = line.rest();
                case "interval" -> interval = line.word(1);
                case "timeout" -> timeout = line.word(1);
                case "fall" ->
                    fall = reading.number(line.place(), "fall", line.word(1), 1, 100)
                            .orElse(1);
                case "rise" ->
                    rise = reading.number(line.place(), "rise", line.word(1), 1, 100)
                            .orElse(1);
                case "user" -> reading.leave(line.place(), "user", "checks run as carpd's own user");
                case "init_fail" -> reading.leave(line.place(), "init_fail", "a check counts as good until it fails");
                default -> reading.leave(line.place(), line.key(), KeepalivedWords.why(line.key()));
            }
        }
        if (command.isEmpty()) {
            reading.leave(script.place(), "vrrp_script " + script.word(1), "it has no script");
            return;
        }
        Duration every = duration(script.place(), "interval", interval, Duration.ofSeconds(1));
        Duration limit = timeout.isEmpty() ? every : duration(script.place(), "timeout", timeout, every);
        if (limit.compareTo(every) > 0) {
            reading.leave(
                    script.place(),
                    "timeout " + timeout,
                    "it is that of the interval, since one run follows the other");
            limit = every;
        }
        reading.draft()
                .tracks()
                .add(new TrackDraft.Script(
                        script.place(),
                        script.word(1),
                        command,
                        new TrackDraft.Timing(every, limit, fall, rise),
                        demotion(use, weight(use, weight)),
                        group));
    }

    /** Seconds, up to an hour. */
    private Duration duration(Place place, String key, String text, Duration otherwise) {
        if (text.matches("\\d{1,4}(\\.\\d{1,6})?")) {
            Duration duration = Duration.ofMillis(Math.round(Double.parseDouble(text) * 1000));
            if (duration.toMillis() >= 100 && duration.compareTo(Duration.ofHours(1)) <= 0) {
                return duration;
            }
        }
        reading.leave(place, key + " " + text, "not 0.1 to 3600 seconds: it is " + otherwise.toMillis() / 1000.0);
        return otherwise;
    }

    private static String weight(Statement line, String otherwise) {
        int at = line.words().indexOf("weight");
        return at < 0 ? otherwise : line.word(at + 1);
    }

    /** A weight is subtracted from the priority, or no longer added to it: each is a demotion. Without one, the instance faults. */
    private int demotion(Statement line, String weight) {
        if (line.words().contains("reverse") || weight.contains("reverse")) {
            reading.leave(line.place(), line.key() + " reverse", "a check can only demote when it fails");
        }
        String number = weight.replace("reverse", "").strip().replaceFirst("^[+-]", "");
        if (!number.matches("\\d{1,3}")) {
            reading.leave(line.place(), "weight " + weight, "not a number from -253 to 253: it demotes by " + FAULT);
            return FAULT;
        }
        int demotion = Integer.parseInt(number);
        return demotion == 0 ? FAULT : Math.min(MAXIMUM_DEMOTION, demotion);
    }
}
