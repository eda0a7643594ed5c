// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.HookDraft;
import io.mirrorcarp.ctl.importer.model.HostDraft;
import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.ctl.importer.model.TrackDraft;
import io.mirrorcarp.ctl.importer.source.Statement;
import io.mirrorcarp.daemon.config.MacMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A VRRP group of VyOS, setting by setting, in any order. */
final class VyosGroup {
    private static final Map<String, String> STATES = Map.of("master", "master", "backup", "backup", "fault", "init");
    private static final int HOUR = 3600;

    private final Reading reading;
    private final Place place;
    private final HostDraft host;
    private final List<Statement> addresses = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private final Map<String, Statement> tracked = new LinkedHashMap<>();
    private final Map<String, Statement> healthCheck = new LinkedHashMap<>();
    private String syncGroup;
    private int priority = VrrpTiming.DEFAULT_PRIORITY;
    private String interval = "1";
    private boolean preempt = true;
    private boolean disabled;

    VyosGroup(Reading reading, Place place, String name) {
        this.reading = reading;
        this.place = place;
        this.syncGroup = name;
        host = reading.newHost(place, name);
        host.mac(MacMode.INTERFACE);
    }

    /** @param path of {@code high-availability vrrp sync-group NAME member GROUP} */
    void syncGroup(Statement path) {
        places.add(path.place());
        syncGroup = path.word(3);
    }

    boolean isDisabled() {
        return disabled;
    }

    boolean isIn(String group) {
        return syncGroup.equals(group);
    }

    /** Takes one setting: its name and its values. */
    void setting(Statement line) {
        places.add(line.place());
        String value = line.word(1);
        switch (line.key()) {
            case "interface" -> host.carpdev(value);
            case "vrid" -> reading.number(line.place(), "vrid", value, 1, 255).ifPresent(host::vhid);
            case "address", "virtual-address", "excluded-address" -> addresses.add(line);
            case "priority" ->
                priority =
                        reading.number(line.place(), "priority", value, 1, 255).orElse(priority);
            case "advertise-interval" -> interval = value;
            case "authentication" -> {
                if (List.of("password", "plaintext-password").contains(value)) {
                    reading.passphrase(host, line.place(), line.word(2));
                } else if (!value.equals("type") || line.word(2).equals("ah")) {
                    reading.leave(line.place(), "authentication " + value, KeepalivedWords.why("auth_"));
                }
            }
            case "no-preempt" -> preempt = false;
            case "preempt" -> preempt = !value.equals("false");
            case "preempt-delay" ->
                reading.number(line.place(), line.key(), value, 0, HOUR)
                        .ifPresent(seconds -> reading.draft().preemptDelay(Duration.ofSeconds(seconds)));
            case "peer-address" -> reading.host(line.place(), line.key(), value).ifPresent(host.peers()::add);
            case "hello-source-address" ->
                reading.host(line.place(), line.key(), value).ifPresent(host.sources()::add);
            case "rfc3768-compatibility", "rfc-compatibility" -> host.mac(MacMode.VIRTUAL);
            case "disable" -> disabled = true;
            case "sync-group" -> syncGroup = value;
            case "description" -> host.description(value);
            case "track" -> track(line);
            case "transition-script", "run-transition-scripts" -> script(line);
            case "health-check" -> healthCheck.put(value, line);
            default ->
                reading.leave(
                        line.place(), line.key(), KeepalivedWords.why(line.key().replace('-', '_')));
        }
    }

    private void track(Statement line) {
        if (line.word(1).equals("interface")) {
            tracked.put(line.word(2), line);
        } else {
            reading.leave(line.place(), "track " + line.word(1), "the link of a carpdev always counts: see downDelay");
        }
    }

    private void script(Statement line) {
        // Older ones say "mode-force" and "MODE PATH" alike.
        String state = STATES.get(line.word(1));
        if (state == null || line.word(2).isEmpty()) {
            reading.leave(line.place(), line.key() + " " + line.word(1), "hooks hear of master, backup and init");
            return;
        }
        HookDraft hook = reading.draft().hooks().stream()
                .filter(candidate -> candidate.host() == host)
                .findFirst()
                .orElseGet(() -> {
                    HookDraft fresh = new HookDraft(line.place(), host);
                    reading.draft().hooks().add(fresh);
                    return fresh;
                });
        hook.add(state, Commands.line(line.place(), line.word(2)));
    }

    /**
     * All settings are known.
     *
     * @param version of VRRP, 2 or 3
     */
    void finish(int version) {
        if (disabled) {
            reading.leave(place, host.name() + ", " + ownLines(), "it is disabled, and left out");
            reading.draft().hosts().remove(host);
            reading.draft().hooks().removeIf(hook -> hook.host() == host);
            return;
        }
        host.group(syncGroup);
        KeptVrrp kept = null;
        if (reading.draft().keepsVrrp()) {
            kept = new KeptVrrp(reading, host, version, firstAddress());
            kept.settle(priority, interval, place);
        } else {
            VrrpTiming.apply(host, priority, interval, place, reading);
        }
        reading.preempt(place, preempt);
        for (Statement line : addresses) {
            boolean elsewhere =
                    line.word(2).equals("interface") && !line.word(3).equals(host.carpdev());
            if (elsewhere) {
                reading.leave(
                        line.place(),
                        "address " + line.word(1),
                        "on another interface: give it a virtual host of its own there");
            } else if (kept == null
                    || kept.takes(line.place(), line.word(1), !line.key().equals("excluded-address"))) {
                reading.addAddress(host, line.place(), line.word(1), OptionalInt.empty());
            }
        }
        tracked.forEach((name, line) -> {
            if (name.equals(host.carpdev())) {
                reading.leave(line.place(), "track interface " + name, "the link of a carpdev always counts");
            } else {
                reading.draft().tracks().add(new TrackDraft.Interface(line.place(), name, VrrpTracks.FAULT, syncGroup));
            }
        });
        healthCheck();
    }

    /** Without those of others between them. */
    private String ownLines() {
        Set<Integer> own = places.stream().map(Place::line).collect(Collectors.toCollection(TreeSet::new));
        List<Place> all = IntStream.rangeClosed(Collections.min(own), Collections.max(own))
                .mapToObj(line -> new Place(place.file(), line))
                .toList();
        return Reading.lines(all, at -> own.contains(at.line()));
    }

    private String firstAddress() {
        return addresses.stream()
                .filter(line -> !line.key().equals("excluded-address"))
                .map(line -> line.word(1))
                .findFirst()
                .orElse("");
    }

    private void healthCheck() {
        Statement script = healthCheck.get("script");
        healthCheck.forEach((key, line) -> {
            if (script != null
                    && !List.of("script", "interval", "failure-count").contains(key)) {
                reading.leave(line.place(), "health-check " + key, "a health check has a script, and nothing besides");
            }
        });
        if (script == null) {
            healthCheck.forEach((key, line) ->
                    reading.leave(line.place(), "health-check " + key, "write it as a program: [[track.script]]"));
            return;
        }
        int seconds = number("interval", 60, HOUR);
        Duration every = Duration.ofSeconds(seconds);
        reading.draft()
                .tracks()
                .add(new TrackDraft.Script(
                        script.place(),
                        host.name() + "-health",
                        script.word(2),
                        new TrackDraft.Timing(every, every, number("failure-count", 3, 100), 1),
                        VrrpTracks.FAULT,
                        syncGroup));
    }

    private int number(String key, int otherwise, int maximum) {
        Statement line = healthCheck.get(key);
        return line == null
                ? otherwise
                : reading.number(line.place(), "health-check " + key, line.word(2), 1, maximum)
                        .orElse(otherwise);
    }
}
