// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.model;

import java.time.Duration;

/** What demotes the node besides its carpdevs. */
public sealed interface TrackDraft {
    Place place();

    /** The group of virtual hosts that it demotes, see {@link HostDraft#group()}; empty for all. */
    String group();

    /**
     * An interface.
     *
     * @param demote 1 to 255
     */
    record Interface(Place place, String name, int demote, String group) implements TrackDraft {}

    /**
     * A program.
     *
     * @param name any text
     * @param command as the other tool has it, arguments included
     * @param timing how often it runs
     * @param demote 1 to 255
     */
    record Script(Place place, String name, String command, Timing timing, int demote, String group)
            implements TrackDraft {}

    /**
     * A process that must run.
     *
     * @param name of the check: any text
     * @param process as ps(1) names it
     * @param demote 1 to 255
     */
    record RunningProcess(Place place, String name, String process, int demote, String group) implements TrackDraft {}

    /**
     * When a program runs, and how often in a row it must fail or succeed.
     *
     * @param fall 1 to 100
     * @param rise 1 to 100
     */
    record Timing(Duration interval, Duration timeout, int fall, int rise) {}
}
