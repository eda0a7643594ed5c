// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.CarpSnapshot;
import io.mirrorcarp.carp.CarpVerticle;
import io.mirrorcarp.carp.VirtualHostStatus;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.election.Peer;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Ends the demotion of a planned failover when its reason is gone: this node is master again since the other one fell silent, or the other one advertises less
 * fitness than when it took over. So the same command on the other node hands back, and a node that goes bad later does not keep the addresses.
 */
final class HandedOver {
    private static final long POLL_MILLIS = 100;

    private final CarpVerticle carp;
    private final List<String> hosts;
    private final Map<String, Integer> badness = new HashMap<>();

    private HandedOver(CarpVerticle carp, CarpSnapshot after, List<String> hosts) {
        this.carp = carp;
        this.hosts = hosts;
        hosts.forEach(host -> badness.put(host, badness(after, host)));
    }

    /**
     * Watches from now on.
     *
     * @param after the moment at which the other node was master of all
     * @param hosts the virtual hosts that were handed over
     */
    static void watch(Vertx vertx, CarpVerticle carp, CarpSnapshot after, List<String> hosts) {
        HandedOver watch = new HandedOver(carp, after, hosts);
        vertx.setPeriodic(
                POLL_MILLIS,
                id -> carp.snapshot()
                        .onSuccess(now -> {
                            if (watch.isOver(now)) {
                                vertx.cancelTimer(id);
                            }
                        })
                        .onFailure(stopped -> vertx.cancelTimer(id)));
    }

    private boolean isOver(CarpSnapshot now) {
        if (now.demotionSources().stream().noneMatch(source -> source.name().equals(DemotionSource.FAILOVER))) {
            return true;
        }
        boolean back = hosts.stream()
                .anyMatch(host -> now.virtualHost(host)
                        .filter(status -> status.state() == CarpState.MASTER)
                        .isPresent());
        if (back) {
            carp.clearDemotion(DemotionSource.FAILOVER, "", "this node is master again");
            return true;
        }
        boolean worse = hosts.stream().anyMatch(host -> badness(now, host) > badness.getOrDefault(host, 0));
        if (worse) {
            carp.clearDemotion(DemotionSource.FAILOVER, "", "the other node is demoted");
        }
        return worse;
    }

    /** What the master of a virtual host advertises against itself: of those heard, the one heard last. */
    private static int badness(CarpSnapshot snapshot, String host) {
        Optional<VirtualHostStatus> status = snapshot.virtualHost(host);
        return status.flatMap(known -> known.peers().stream()
                        .reduce((one, other) -> one.lastSeenNanos() - other.lastSeenNanos() > 0 ? one : other))
                .map(HandedOver::badness)
                .orElse(0);
    }

    private static int badness(Peer master) {
        return Math.max(master.advskew(), master.demote());
    }
}
