// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The [check.NAME], [[track.interface]] and [[track.script]] tables: what demotes the node besides its own links. */
public record TrackConfiguration(List<Interface> interfaces, List<Check> checks) {
    public TrackConfiguration {
        interfaces = List.copyOf(interfaces);
        checks = List.copyOf(checks);
    }

    /**
     * An interface whose loss demotes the node.
     *
     * @param name what {@code status} calls it, in {@code track:NAME}
     * @param device the interface
     * @param demote how much, 1 to 255
     * @param upDelay how long it must be up before it counts as up
     * @param downDelay how long it must be down before it counts as down
     * @param group the group of virtual hosts that it demotes; empty for the node
     */
    public record Interface(
            String name, String device, int demote, Duration upDelay, Duration downDelay, Optional<String> group) {}

    /**
     * A check whose failure demotes the node.
     *
     * @param name what {@code status} calls it, in {@code track:NAME}
     * @param target what it looks at, in the form that the kind has
     * @param options the keys of the kind that the file has, as texts
     * @param demote how much, 1 to 255
     * @param group the group of virtual hosts that it demotes; empty for the node
     */
    public record Check(
            String name,
            CheckKind kind,
            String target,
            Map<CheckKind.Option, String> options,
            Schedule schedule,
            int demote,
            Optional<String> group) {
        public Check {
            options = Map.copyOf(options);
        }
    }

    /**
     * When a check runs, and when its result counts.
     *
     * @param interval from one start to the next
     * @param timeout after which a run counts as failed; at most the interval
     * @param fall how many failures in a row demote, 1 to 100
     * @param rise how many successes in a row end it, 1 to 100
     * @param holdDown how long the last failure must be past before the demotion ends
     */
    public record Schedule(Duration interval, Duration timeout, int fall, int rise, Duration holdDown) {}
}
