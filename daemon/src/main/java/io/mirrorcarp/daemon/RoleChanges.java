// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.StateChange;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.TransitionReason;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Changes of the roles of this node at which nobody has looked yet. Any thread may use it; the election, which adds them, waits for nobody. */
final class RoleChanges {
    private static final Set<TransitionReason> GAVE_WAY =
            EnumSet.of(TransitionReason.MORE_FREQUENT_ADVERTISEMENT, TransitionReason.REPLACED);

    private final Queue<DoubleMasters.Change> changes = new ConcurrentLinkedQueue<>();
    private volatile Runnable onAdded = () -> {};

    void add(StateChange change) {
        changes.add(new DoubleMasters.Change(
                change.host().name(),
                change.to() == CarpState.MASTER,
                change.to() == CarpState.BACKUP && GAVE_WAY.contains(change.reason()),
                System.nanoTime()));
        onAdded.run();
    }

    /** @param added called with each change from now on, on the thread of the election: must return at once */
    void tell(Runnable added) {
        onAdded = added;
    }

    /** Those since the last call, in their order. */
    List<DoubleMasters.Change> take() {
        List<DoubleMasters.Change> taken = new ArrayList<>();
        for (DoubleMasters.Change next = changes.poll(); next != null; next = changes.poll()) {
            taken.add(next);
        }
        return taken;
    }
}
