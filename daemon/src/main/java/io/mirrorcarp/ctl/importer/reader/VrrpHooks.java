// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.HookDraft;
import io.mirrorcarp.ctl.importer.model.HostDraft;
import io.mirrorcarp.ctl.importer.source.Statement;
import java.util.List;
import java.util.Map;

/** keepalived's notify scripts as hooks. */
final class VrrpHooks {
    /** keepalived's FAULT, where it has lost its interface, is CARP's INIT. */
    private static final Map<String, String> STATES =
            Map.of("notify_master", "master", "notify_backup", "backup", "notify_fault", "init");

    private static final Map<String, String> NAMES = Map.of("master", "MASTER", "backup", "BACKUP", "init", "FAULT");

    private VrrpHooks() {}

    /**
     * Adds what a line asks for to one hook of each host; false when the line is of another kind.
     *
     * @param kind {@code INSTANCE} or {@code GROUP}: the first argument that a {@code notify} script expects
     * @param name the second
     */
    static boolean add(Reading reading, Statement line, String kind, String name, List<HostDraft> hosts) {
        String command = line.word(1);
        if (hosts.isEmpty() || command.isEmpty()) {
            return false;
        }
        if (line.words().size() > 2) {
            reading.leave(line.place(), line.key() + ": user " + line.word(2), "hooks run as carpd's own user");
        }
        if (line.key().equals("notify")) {
            NAMES.forEach((state, word) ->
                    add(reading, line, hosts, state, Commands.line(line.place(), command, kind, name, word, "0")));
            return true;
        }
        String state = STATES.get(line.key());
        if (state == null) {
            return false;
        }
        add(reading, line, hosts, state, Commands.line(line.place(), command));
        return true;
    }

    /** A program for a group runs for its first virtual host only: they change together. */
    private static void add(Reading reading, Statement line, List<HostDraft> hosts, String state, String shell) {
        HostDraft host = hosts.get(0);
        HookDraft hook = reading.draft().hooks().stream()
                .filter(candidate -> candidate.host() == host)
                .findFirst()
                .orElseGet(() -> {
                    HookDraft fresh = new HookDraft(line.place(), host);
                    reading.draft().hooks().add(fresh);
                    return fresh;
                });
        hook.add(state, shell);
    }
}
