// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.bench.bed.SpreadBed;
import io.mirrorcarp.lab.firewall.CarpdSettings;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Router;
import io.mirrorcarp.lab.firewall.Statuses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A carpd on each firewall, each active one master of a group of its own. */
public final class CarpdSpread {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int SKEW_STEP = 15;
    private static final int FIRST_GATEWAY = 60;

    private final List<Firewall> firewalls = new ArrayList<>();
    private final int active;

    /** Configured, not started. */
    public CarpdSpread(SpreadBed bed) {
        active = bed.active();
        for (Router router : bed.topology().routers()) {
            int place = firewalls.size();
            CarpdSettings settings =
                    CarpdSettings.of(router.plan().name(), SKEW_STEP * place).withExtra(groups(place));
            firewalls.add(new Firewall(router, bed.topology().keys(), settings));
        }
    }

    /** The groups besides that of the first firewall. */
    private String groups(int place) {
        StringBuilder text = new StringBuilder();
        for (int group = 1; group < active; group++) {
            int advskew = Math.floorMod(place - group, active) * SKEW_STEP;
            text.append(host("wan", group, 2 * group + 1, "wan0", advskew, "203.0.113."));
            text.append(host("lan", group, 2 * group + 2, "lan0", advskew, "10.0.0."));
        }
        return text.toString();
    }

    private static String host(String kind, int group, int vhid, String carpdev, int advskew, String network) {
        return """

                [carp.%s-%d]
                vhid     = %d
                group    = "%d"
                carpdev  = "%s"
                advskew  = %d
                passFile = "carp.key"
                address  = ["%s%d/24"]
                """.formatted(kind, group, vhid, group, carpdev, advskew, network, FIRST_GATEWAY + group);
    }

    /** Starts all, and waits until each is master of its group and has the states of all others. */
    public void start() {
        firewalls.forEach(Firewall::start);
        for (int place = 0; place < firewalls.size(); place++) {
            firewalls.get(place).await("master of its group, in sync", joined(place), LIMIT);
        }
    }

    private Predicate<JsonNode> joined(int place) {
        Predicate<JsonNode> condition = Statuses.pfsync("in-sync")
                .and(status -> status.path("pfsync").path("peers").size() == firewalls.size() - 1);
        for (int group = 0; group < active; group++) {
            String name = group == 0 ? "lan" : "lan-" + group;
            condition = condition.and(Statuses.vhid(name, group == place ? "master" : "backup"));
        }
        return condition;
    }

    /** The process of each firewall, the active ones first. */
    public List<Long> processes() {
        return firewalls.stream()
                .map(firewall -> firewall.carpd().process().pid())
                .toList();
    }
}
