// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.StateChange;
import io.mirrorcarp.carp.election.CarpState;
import java.util.HashSet;
import java.util.Set;

/** Of which virtual hosts this node is master, and of which backup. For one thread, that of the election. */
final class Masterships {
    private final Set<String> names = new HashSet<>();
    private final Set<String> backups = new HashSet<>();
    private volatile boolean any;
    private volatile boolean split;

    /** A virtual host changed its state. */
    void onChange(StateChange change) {
        if (change.to() == CarpState.MASTER) {
            names.add(change.host().name());
        } else {
            names.remove(change.host().name());
        }
        if (change.to() == CarpState.BACKUP) {
            backups.add(change.host().name());
        } else {
            backups.remove(change.host().name());
        }
        any = !names.isEmpty();
        split = any && !backups.isEmpty();
    }

    /** Whether it is master of one at least; any thread may ask. */
    boolean any() {
        return any;
    }

    /** Whether it is master of one and backup of another: the addresses are split over nodes. Any thread may ask. */
    boolean split() {
        return split;
    }
}
