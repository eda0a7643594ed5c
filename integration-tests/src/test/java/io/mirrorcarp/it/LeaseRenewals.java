// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.net.LabProcess;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the kernel of a firewall tells of one of its IPv4 addresses, from the beginning on: a line for each renewal of the lease. */
final class LeaseRenewals {
    private static final double SECONDS_PER_DAY = 86_400;

    private final LabProcess monitor;
    private final Pattern renewal;
    private final String deletion;

    /** @param address without its length */
    LeaseRenewals(Firewall firewall, String address) {
        monitor = firewall.host().spawn("monitor-" + address, "ip", "-ts", "-o", "monitor", "address");
        renewal = Pattern.compile("\\[[0-9-]+T([0-9:.]+)\\] \\d+: \\S+ +inet " + Pattern.quote(address) + "/32");
        deletion = "inet " + address + "/32";
    }

    /** No more is listened to. */
    void end() {
        monitor.terminate();
    }

    int count() {
        return Math.toIntExact(renewal.matcher(monitor.log()).results().count());
    }

    /** The longest pause between two of them in seconds; 0 while there are less than two. */
    double longestPauseSeconds() {
        List<Double> seconds = new ArrayList<>();
        Matcher matcher = renewal.matcher(monitor.log());
        while (matcher.find()) {
            seconds.add(LocalTime.parse(matcher.group(1)).toNanoOfDay() / 1e9);
        }
        double longest = 0;
        for (int i = 1; i < seconds.size(); i++) {
            double pause = seconds.get(i) - seconds.get(i - 1);
            longest = Math.max(longest, pause < 0 ? pause + SECONDS_PER_DAY : pause);
        }
        return longest;
    }

    /** The lines that say that the address went. */
    List<String> deletions() {
        return monitor.log()
                .lines()
                .filter(line -> line.contains("Deleted") && line.contains(deletion))
                .toList();
    }
}
