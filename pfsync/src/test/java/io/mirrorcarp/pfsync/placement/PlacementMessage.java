// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.placement;

import org.jspecify.annotations.Nullable;

/** What nodes say to one another. Each message may be lost, and is said again where it has to come through. */
sealed interface PlacementMessage {
    /** Hold this copy, by the roster of this number. */
    record Put(FlowCopy copy, long view) implements PlacementMessage {}

    /** What the receiver of a {@link Put} knows of the flow now: the same, or something that counts more. By its own roster of this number it keeps it. */
    record Held(FlowCopy copy, long view) implements PlacementMessage {}

    /** A packet came of a flow that the sender does not know. */
    record Ask(int flow) implements PlacementMessage {}

    /** The answer; null where the flow is unknown here too. */
    record Answer(int flow, @Nullable FlowCopy copy) implements PlacementMessage {}
}
