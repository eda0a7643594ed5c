// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.Peer;
import io.mirrorcarp.carp.election.TransitionReason;
import java.util.List;

/**
 * A virtual host at one moment.
 *
 * @param sinceNanos when the state was entered
 * @param advertisedAdvskew what its advertisements say, demotion included
 * @param takeoverPending whether it is about to become master and waits for the states of the flows
 * @param addressesHeld whether this node answers for the addresses
 * @param transitions changes of state since the start
 * @param dualMasters advertisements of another, worse master heard while master
 * @param forgeries known advertisements that came again with other values
 * @param peers whom it heard, longest silent first
 */
public record VirtualHostStatus(
        VirtualHost host,
        CarpState state,
        TransitionReason reason,
        long sinceNanos,
        int advertisedAdvskew,
        boolean takeoverPending,
        boolean addressesHeld,
        long transitions,
        long dualMasters,
        long forgeries,
        List<Peer> peers) {}
