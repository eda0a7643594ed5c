// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.StateChange;
import io.mirrorcarp.carp.election.CarpState;
import java.util.HashSet;
import java.util.Set;

/** Of which virtual hosts this node is master. For one thread, that of the election. */
final class Masterships {
    private final Set<String> names = new HashSet<>();
    private volatile boolean any;

    /** A virtual host changed its state. */
    void onChange(StateChange change) {
        if (change.to() == CarpState.MASTER) {
            names.add(change.host().name());
        } else {
            names.remove(change.host().name());
        }
        any = !names.isEmpty();
    }

    /** Whether it is master of one at least; any thread may ask. */
    boolean any() {
        return any;
    }
}
