// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.util.Locale;

/** The state of a virtual host, with the BSDs' numbers. */
public enum CarpState {
    /** Takes no part: not started, no link, no address, or turned off. */
    INIT,
    /** Hears a master, or waits for the master-down time. */
    BACKUP,
    /** Advertises and answers for the virtual addresses. */
    MASTER;

    /** As in {@code status --json}: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
