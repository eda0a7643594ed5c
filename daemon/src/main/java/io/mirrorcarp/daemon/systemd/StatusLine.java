// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.systemd;

import io.mirrorcarp.daemon.control.Status;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A status in one line: {@code MASTER of wan, lan; in sync with fw-b}. */
public final class StatusLine {
    private StatusLine() {}

    /** The line. */
    public static String of(Status status) {
        String roles = Stream.of(Status.CarpState.MASTER, Status.CarpState.BACKUP, Status.CarpState.INIT)
                .map(state -> role(status, state))
                .filter(role -> !role.isEmpty())
                .collect(Collectors.joining(", "));
        String line = (roles.isEmpty() ? "no virtual host" : roles) + "; " + pfsync(status.pfsync());
        return status.maintenance() ? line + "; maintenance" : line;
    }

    private static String role(Status status, Status.CarpState state) {
        List<String> names = status.vhids().stream()
                .filter(host -> host.state() == state)
                .map(Status.VirtualHost::name)
                .toList();
        return names.isEmpty() ? "" : state + " of " + String.join(", ", names);
    }

    private static String pfsync(Status.Pfsync pfsync) {
        String peers = pfsync.peers().stream().map(Status.PfsyncPeer::node).collect(Collectors.joining(", "));
        return switch (pfsync.state()) {
            case OFF -> "pfsync off";
            case ALONE -> "no peer";
            case IN_SYNC -> "in sync" + (peers.isEmpty() ? "" : " with " + peers);
            default -> "pfsync " + pfsync.state().text() + (peers.isEmpty() ? "" : " with " + peers);
        };
    }
}
