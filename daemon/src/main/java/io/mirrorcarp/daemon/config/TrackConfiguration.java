// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The [[track.interface]] and [[track.script]] tables: what demotes the node besides its own links. */
public record TrackConfiguration(List<Interface> interfaces, List<Script> scripts) {
    public TrackConfiguration {
        interfaces = List.copyOf(interfaces);
        scripts = List.copyOf(scripts);
    }

    /**
     * An interface whose loss demotes the node.
     *
     * @param demote how much, 1 to 255
     * @param upDelay how long it must be up before it counts as up
     * @param downDelay how long it must be down before it counts as down
     * @param group the group of virtual hosts that it demotes; empty for the node
     */
    public record Interface(String name, int demote, Duration upDelay, Duration downDelay, Optional<String> group) {}

    /**
     * A program whose failure demotes the node.
     *
     * @param name what {@code status} calls it, in {@code track:NAME}
     * @param command the absolute path of the program
     * @param interval from one start to the next
     * @param timeout after which a run counts as failed; at most the interval
     * @param fall how many failures in a row demote, 1 to 100
     * @param rise how many successes in a row end it, 1 to 100
     * @param demote how much, 1 to 255
     * @param group the group of virtual hosts that it demotes; empty for the node
     */
    public record Script(
            String name,
            String command,
            Duration interval,
            Duration timeout,
            int fall,
            int rise,
            int demote,
            Optional<String> group) {}
}
