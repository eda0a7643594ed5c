// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.CarpSnapshot;
import io.mirrorcarp.carp.CarpVerticle;
import io.mirrorcarp.carp.VirtualHostStatus;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.election.Nudge;
import io.mirrorcarp.daemon.control.CommandFailure;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.pfsync.protocol.ReplicationStatus.PeerStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Hands everything that this node is master of to a peer. It waits until the peer holds every state, demotes this node, and waits until the peer is master of all. Where
 * that does not come about in time, it ends the demotion and takes back what has gone. Where one of several peers is named, the others stand aside.
 *
 * <p>The demotion outlasts the command: a preferred node would take its addresses back at once. The election ends it, see
 * {@link CarpVerticle#handedOver}.
 */
final class PlannedFailover {
    private static final double NANOS_PER_SECOND = 1e9;
    /** How much longer than the failover may take the others stand aside, if they do not hear of its end. */
    private static final Duration ASIDE = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final CarpVerticle carp;
    private final Replication replication;
    private final StandAside others;
    private final Function<PeerStatus, List<String>> obstacles;
    private final AtomicBoolean running = new AtomicBoolean();

    /** @param obstacles why a peer could not take over, by what both say of themselves */
    PlannedFailover(
            Vertx vertx,
            CarpVerticle carp,
            Replication replication,
            StandAside others,
            Function<PeerStatus, List<String>> obstacles) {
        this.others = others;
        this.obstacles = obstacles;
        this.vertx = vertx;
        this.carp = carp;
        this.replication = replication;
    }

    /** One failover under way. */
    private static final class Attempt {
        final List<String> hosts;
        final Optional<String> to;
        final long startNanos = System.nanoTime();
        final long limitNanos;
        final boolean force;
        String peer = "";
        boolean preempt;
        boolean hasRivals;

        Attempt(List<String> hosts, Optional<String> to, Duration wait, boolean force) {
            this.force = force;
            this.hosts = hosts;
            this.to = to;
            limitNanos = startNanos + wait.toNanos();
        }

        Duration left() {
            return Duration.ofNanos(Math.max(0, limitNanos - System.nanoTime()));
        }

        boolean isLate() {
            return System.nanoTime() - limitNanos >= 0;
        }
    }

    /**
     * Runs it. Fails with {@link ExitStatus#NOT_IN_WANTED_STATE}, and all is as before, where the peer does not take over.
     *
     * @param to the node that is to take over; empty for whichever the election chooses
     * @param wait how long it may take in all
     * @param force whether also to a peer that could not carry the connections on
     * @return a sentence
     */
    Future<String> run(Optional<String> to, Duration wait, boolean force) {
        if (!running.compareAndSet(false, true)) {
            return failed("a failover is under way already: wait for its end");
        }
        return carp.snapshot()
                .compose(before -> begin(before, to, wait, force))
                .onComplete(ended -> running.set(false));
    }

    private Future<String> begin(CarpSnapshot before, Optional<String> to, Duration wait, boolean force) {
        List<String> hosts = before.names(CarpState.MASTER);
        if (hosts.isEmpty()) {
            return failed("this node is master of nothing: run it on the master");
        }
        Attempt attempt = new Attempt(hosts, to, wait, force);
        attempt.preempt = before.preempt();
        return awaitPeer(attempt)
                .compose(ready -> attempt.hasRivals ? keepOthersAway(attempt) : Future.succeededFuture())
                .compose(alone -> carp.raiseDemotion(DemotionSource.failover(attempt.peer, System.nanoTime())))
                .compose(demoted -> attempt.preempt ? Future.succeededFuture() : stepBack(attempt))
                .compose(asked -> awaitRoles(attempt))
                .compose(after -> attempt.hasRivals ? awaitWord(attempt, after) : Future.succeededFuture())
                .compose(after -> carp.handedOver(hosts))
                .compose(told -> attempt.hasRivals ? others.keep(attempt.peer) : Future.succeededFuture())
                .map(told -> {
                    double seconds = (System.nanoTime() - attempt.startNanos) / NANOS_PER_SECOND;
                    return String.format(
                            Locale.ROOT, "%s is master of %s after %.1f s", attempt.peer, list(hosts), seconds);
                });
    }

    /**
     * Done when a peer could take over, or when none is there to say that it could not. Fails with {@link ExitStatus#NOT_IN_WANTED_STATE} and what the peers say.
     *
     * @param wait how long a peer may take to say otherwise
     */
    Future<Void> askPeers(Duration wait) {
        long limitNanos = System.nanoTime() + wait.toNanos();
        return Polling.until(
                        vertx,
                        () -> replication.snapshot().compose(states -> {
                            String against = FailoverPeer.against(
                                    states.map(on -> on.pfsync().status().peers())
                                            .orElse(List.of()),
                                    obstacles);
                            if (against.isEmpty()) {
                                return Future.succeededFuture(Optional.of(true));
                            }
                            return System.nanoTime() - limitNanos < 0
                                    ? Future.succeededFuture(Optional.empty())
                                    : PlannedFailover.<Optional<Boolean>>failed(against);
                        }))
                .mapEmpty();
    }

    private Future<Void> keepOthersAway(Attempt attempt) {
        if (!attempt.preempt) {
            return failed(
                    "with preempt = false the first to hear it takes over: leave --to out, or take the other nodes down"
                            + " meanwhile with carpctl vhid NAME down --for 30s; nothing was changed");
        }
        return others.begin(attempt.peer, attempt.left().plus(ASIDE));
    }

    /** Waits until the peer that is to take over holds every state. */
    private Future<FailoverPeer> awaitPeer(Attempt attempt) {
        return Polling.until(
                vertx,
                () -> replication.snapshot().compose(states -> {
                    FailoverPeer peer = attempt.force
                            ? FailoverPeer.forced(states, attempt.to)
                            : FailoverPeer.of(states, attempt.to, obstacles);
                    attempt.peer = peer.node();
                    attempt.hasRivals = peer.hasRivals();
                    if (peer.obstacle().isEmpty()) {
                        return Future.succeededFuture(Optional.of(peer));
                    }
                    return peer.isHopeless() || attempt.isLate()
                            ? failed(peer.obstacle() + ": nothing was changed")
                            : Future.succeededFuture(Optional.empty());
                }));
    }

    /** Without preemption no peer displaces a master, however demoted: it must leave by itself. */
    private Future<Void> stepBack(Attempt attempt) {
        Future<?> each = Future.succeededFuture();
        for (String host : attempt.hosts) {
            each = each.compose(done -> carp.nudge(host, Nudge.BACKUP));
        }
        return each.mapEmpty();
    }

    /** Whether another node is master: its advertisement was heard since. */
    private static boolean isTaken(VirtualHostStatus status, Attempt attempt) {
        return status.state() == CarpState.BACKUP
                && status.peers().stream().anyMatch(peer -> peer.lastSeenNanos() - attempt.startNanos > 0);
    }

    /** Waits until another node is master of all. */
    private Future<CarpSnapshot> awaitRoles(Attempt attempt) {
        return Polling.until(
                vertx,
                () -> carp.snapshot().compose(now -> {
                    List<String> kept = attempt.hosts.stream()
                            .filter(host -> now.virtualHost(host)
                                    .map(status -> !isTaken(status, attempt))
                                    .orElse(false))
                            .toList();
                    if (kept.isEmpty()) {
                        return Future.succeededFuture(Optional.of(now));
                    }
                    if (!attempt.isLate()) {
                        return Future.succeededFuture(Optional.empty());
                    }
                    return undo(attempt)
                            .compose(undone -> failed(attempt.peer + " did not take over " + list(kept)
                                    + ": all is as before; carpctl status on " + attempt.peer + " says why"));
                }));
    }

    /** Waits until the one that is named says that it is master of all: an advertisement does not name its node. */
    private Future<Boolean> awaitWord(Attempt attempt, CarpSnapshot after) {
        Set<Integer> vhids = after.virtualHosts().stream()
                .filter(status -> attempt.hosts.contains(status.host().name()))
                .map(status -> status.host().vhid())
                .collect(Collectors.toSet());
        return Polling.until(
                vertx,
                () -> replication.snapshot().compose(states -> {
                    if (FailoverPeer.isMaster(states, attempt.peer, vhids)) {
                        return Future.succeededFuture(Optional.of(true));
                    }
                    return attempt.isLate()
                            ? undo(attempt)
                                    .compose(undone -> failed("another node than " + attempt.peer
                                            + " took over: carpctl status says which"))
                            : Future.succeededFuture(Optional.empty());
                }));
    }

    /** What has gone to the peer comes back, where it would not do so by itself too. */
    private Future<Void> undo(Attempt attempt) {
        return carp.clearDemotion(DemotionSource.FAILOVER, "", "the failover did not come about")
                .compose(cleared -> attempt.hasRivals ? others.undo(attempt.peer) : Future.succeededFuture())
                .compose(alone -> carp.snapshot())
                .compose(now -> {
                    Future<?> each = Future.succeededFuture();
                    for (VirtualHostStatus status : now.virtualHosts()) {
                        String host = status.host().name();
                        if (attempt.hosts.contains(host) && status.state() == CarpState.BACKUP) {
                            each = each.compose(done -> carp.nudge(host, Nudge.MASTER));
                        }
                    }
                    return each.mapEmpty();
                });
    }

    private static String list(List<String> hosts) {
        return hosts.stream().collect(Collectors.joining(", "));
    }

    private static <T> Future<T> failed(String sentence) {
        return Future.failedFuture(new CommandFailure(ExitStatus.NOT_IN_WANTED_STATE, sentence));
    }
}
