// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.model;

import java.util.LinkedHashMap;
import java.util.Map;

/** Programs that hear of the changes of one virtual host. */
public final class HookDraft {
    private final Place place;
    private final HostDraft host;
    private final Map<String, String> commands = new LinkedHashMap<>();

    public HookDraft(Place place, HostDraft host) {
        this.place = place;
        this.host = host;
    }

    public Place place() {
        return place;
    }

    public HostDraft host() {
        return host;
    }

    /** State, {@code master}, {@code backup} or {@code init}, to the lines of a shell that run for it. */
    public Map<String, String> commands() {
        return commands;
    }

    /** Adds a line of a shell. */
    public void add(String state, String line) {
        commands.merge(state, line, (earlier, later) -> earlier + "\n" + later);
    }
}
