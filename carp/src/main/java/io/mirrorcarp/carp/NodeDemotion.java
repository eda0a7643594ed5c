// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.Demotion;
import io.mirrorcarp.carp.election.DemotionChange;
import io.mirrorcarp.carp.election.DemotionSource;
import org.jspecify.annotations.Nullable;

/** The demotion of the node, with its log, and whether the virtual hosts have yet to learn of a change. */
final class NodeDemotion {
    private final Demotion demotion = new Demotion();
    private final CarpLog log;
    private boolean changed;

    NodeDemotion(CarpLog log) {
        this.log = log;
    }

    /** The counters to read. */
    Demotion counters() {
        return demotion;
    }

    void raise(DemotionSource source) {
        tell(demotion.raise(source));
    }

    void clear(String name, String subject, String group, String reason) {
        tell(demotion.clear(name, subject, group, reason));
    }

    void add(int delta, String reason, long nowNanos) {
        tell(demotion.add(delta, reason, nowNanos));
    }

    void onDeadline(long nowNanos) {
        demotion.onDeadline(nowNanos).forEach(this::tell);
    }

    private void tell(@Nullable DemotionChange change) {
        changed = true;
        if (change != null) {
            log.demotion(change);
        }
    }

    /** Whether there was a change since this was asked last. */
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }
}
