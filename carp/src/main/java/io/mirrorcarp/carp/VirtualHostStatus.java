// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.Bid;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.Peer;
import io.mirrorcarp.carp.election.TransitionReason;
import java.net.InetAddress;
import java.util.List;

/**
 * A virtual host at one moment.
 *
 * @param sinceNanos when the state was entered
 * @param upAtNanos when it comes up by itself after it was taken down by hand, or {@link io.mirrorcarp.carp.election.CarpInstance#NEVER}
 * @param heldOffUntilNanos until when a start waits for the services of the node at most; a time long ago when it does not
 * @param advertised what its advertisements say, demotion included
 * @param takeoverPending whether it is about to become master and waits for the states of the flows
 * @param addressesHeld whether this node answers for the addresses
 * @param transitions changes of state since the start
 * @param dualMasters times that another master was heard while master, authentic or not
 * @param forgeries known advertisements that came again with other values
 * @param sequence the highest sequence of advertisements that it sent or heard, 0 to 2^36 - 1
 * @param senders the source addresses of its advertisements, but for virtual addresses: another node may send from those as well
 * @param peers whom it heard, longest silent first
 */
public record VirtualHostStatus(
        VirtualHost host,
        CarpState state,
        TransitionReason reason,
        long sinceNanos,
        long upAtNanos,
        long heldOffUntilNanos,
        Bid advertised,
        boolean takeoverPending,
        boolean addressesHeld,
        long transitions,
        long dualMasters,
        long forgeries,
        long sequence,
        List<InetAddress> senders,
        List<Peer> peers) {}
