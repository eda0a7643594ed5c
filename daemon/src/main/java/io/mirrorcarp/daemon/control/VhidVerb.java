// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What {@code carpctl vhid NAME VERB} asks of a virtual host. */
public enum VhidVerb {
    /** Leave the election: bow out when master, then INIT. */
    DOWN,
    /** Enter the election again. */
    UP,
    /** Take over, as if the master had gone. */
    MASTER,
    /** Step back; another node takes over, or this one again when there is none. */
    BACKUP;

    static Optional<VhidVerb> ofName(String name) {
        return Arrays.stream(values()).filter(verb -> verb.text().equals(name)).findFirst();
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
