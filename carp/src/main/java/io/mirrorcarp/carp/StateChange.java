// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.TransitionReason;

/** A virtual host changed its state. */
public record StateChange(VirtualHost host, CarpState from, CarpState to, TransitionReason reason) {
    /** In FreeBSD's words: {@code VHID 1@wan0: BACKUP -> MASTER (master timed out)}. */
    public String text() {
        return "VHID " + host.subject() + ": " + from + " -> " + to + " (" + reason.text() + ")";
    }
}
