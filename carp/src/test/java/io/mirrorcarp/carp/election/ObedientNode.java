// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A node whose hands succeed at once in whatever its election wants, and its time, which begins at 0. */
final class ObedientNode {
    final NodeElection election;
    /** When the addresses of each virtual host were taken last. */
    final Map<String, Long> takenNanos = new TreeMap<>();

    long nowNanos;

    ObedientNode(List<ElectedHost> hosts) {
        election = new NodeElection(hosts, new NodeSettings(true, true, 240, 240, List.of()), new Random(1));
    }

    /** With these carpdevs up, and open. */
    void start(String... carpdevs) {
        for (int i = 0; i < carpdevs.length; i++) {
            election.onCarpdev(carpdevs[i], i + 1, true, nowNanos);
            election.onOpened(carpdevs[i], i + 1, nowNanos);
        }
        perform(election.onStart(nowNanos));
    }

    void perform(List<NodeAction> actions) {
        for (NodeAction action : actions) {
            if (action instanceof NodeAction.TakeAddresses take) {
                takenNanos.put(take.host(), nowNanos);
                perform(election.onTaken(take.host(), take.attempt(), true, nowNanos));
            } else if (action instanceof NodeAction.ReadSockets) {
                perform(election.onSocketsRead(nowNanos));
            }
        }
    }

    void until(long thenNanos) {
        while (election.nextDeadlineNanos() <= thenNanos) {
            nowNanos = Math.max(nowNanos, election.nextDeadlineNanos());
            perform(election.onDeadline(nowNanos));
        }
        nowNanos = thenNanos;
    }
}
