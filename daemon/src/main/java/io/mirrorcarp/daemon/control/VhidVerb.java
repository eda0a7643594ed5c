// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.mirrorcarp.proto.control.Request;
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

    /** Empty for none of them. */
    static Optional<VhidVerb> of(Request.Vhid.Verb verb) {
        return switch (verb) {
            case DOWN -> Optional.of(DOWN);
            case UP -> Optional.of(UP);
            case MASTER -> Optional.of(MASTER);
            case BACKUP -> Optional.of(BACKUP);
            case NONE, UNRECOGNIZED -> Optional.empty();
        };
    }
}
