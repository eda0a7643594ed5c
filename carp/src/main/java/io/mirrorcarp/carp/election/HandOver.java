// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * What a planned failover has left behind: this node is demoted so that it does not take back at once what it handed over. The demotion ends when its reason is gone: this node is master
 * again, since the other one fell silent, or the other one advertises less fitness than when it took over. So the same command on the other node hands back, and a node that goes bad
 * later does not keep the addresses. Not thread-safe.
 */
final class HandOver {
    private final NodeDemotion demotion;
    /** What the successor in each virtual host said against itself when it had taken over all. */
    private final Map<String, Integer> badness = new HashMap<>();

    HandOver(NodeDemotion demotion) {
        this.demotion = demotion;
    }

    /** Another node is master of all of these now. */
    void done(Collection<HostElection> hosts) {
        badness.clear();
        hosts.forEach(host -> badness.put(host.host().name(), badness(host)));
    }

    /** An advertisement came: before anything else is made of it, since it may be the word that this node waits for. */
    void onAdvertisement(HostElection host, PeerAdvertisement advertisement) {
        Integer before = badness.get(host.host().name());
        if (before != null && !advertisement.isBowOut() && advertisement.bid().unfitness() > before) {
            end("the other node is demoted");
        }
    }

    /** Something happened: this node may be master again. */
    void review(Collection<HostElection> hosts) {
        boolean back = hosts.stream()
                .anyMatch(host -> badness.containsKey(host.host().name())
                        && host.instance().state() == CarpState.MASTER);
        if (back) {
            end("this node is master again");
        }
    }

    private void end(String reason) {
        badness.clear();
        demotion.clear(DemotionSource.FAILOVER, "", "", reason);
    }

    /** What the master of a virtual host advertises against itself: of those heard, the one heard last. */
    private static int badness(HostElection host) {
        return host.instance().peers().peers().stream()
                .reduce((earlier, later) -> later)
                .map(peer -> peer.bid().unfitness())
                .orElse(0);
    }
}
