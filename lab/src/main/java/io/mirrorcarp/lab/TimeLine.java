// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.traffic.DownloadResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What happened on the firewalls since the master was taken down: what the lab did, and what CARP logged. */
final class TimeLine {
    private static final double NANOS = 1e9;

    private final Scenario scenario;
    private final List<TimedEvent> events = new ArrayList<>();
    private final Map<String, LogFollower> logs = new LinkedHashMap<>();
    private long startNanos;

    TimeLine(Scenario scenario) {
        this.scenario = scenario;
    }

    /** Begins with what is done to a node at an instant of {@link System#nanoTime}: second 0. The logs are followed from now on. */
    void begin(long nowNanos, String node, String text) {
        startNanos = nowNanos;
        events.add(new TimedEvent(0, node, text));
        scenario.step(node + " " + text);
        follow(scenario.master());
        follow(scenario.standby());
    }

    private void follow(Firewall firewall) {
        logs.put(firewall.name(), new LogFollower(firewall.carpd().process().logFile()));
    }

    /** Adds what the lab did on a node. */
    void add(String node, String text) {
        events.add(new TimedEvent(seconds(System.nanoTime()), node, text));
        scenario.step(node + " " + text);
    }

    /** Adds what was logged since the last call. */
    void collect() {
        logs.forEach((node, log) -> {
            for (String line : log.newLines()) {
                int carp = line.indexOf("carp: ");
                if (carp >= 0) {
                    add(node, line.substring(carp));
                }
            }
        });
    }

    /** Adds the first byte after the longest gap of the download that had the longest. */
    void addArrival(List<DownloadResult> results, String client) {
        DownloadResult worst = results.stream()
                .max(Comparator.comparing(result -> result.longestGap().nanos()))
                .orElseThrow();
        worst.arrivals()
                .firstAfter(worst.longestGap().startNanos())
                .ifPresent(nanos -> events.add(new TimedEvent(seconds(nanos), client, "first byte after the gap")));
    }

    /** In order of time. */
    List<TimedEvent> events() {
        return events.stream().sorted(Comparator.comparing(TimedEvent::seconds)).toList();
    }

    private double seconds(long nanos) {
        return (nanos - startNanos) / NANOS;
    }
}
