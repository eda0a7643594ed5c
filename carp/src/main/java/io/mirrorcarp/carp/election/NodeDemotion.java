// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The demotion of a node, with the actions that tell its changes, and whether the virtual hosts have yet to learn of one. */
final class NodeDemotion {
    private final Demotion demotion = new Demotion();
    private final List<NodeAction> out;
    private boolean changed;

    NodeDemotion(List<NodeAction> out) {
        this.out = out;
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
            out.add(new NodeAction.DemotionChanged(change));
        }
    }

    /** Whether there was a change since this was asked last. */
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }
}
