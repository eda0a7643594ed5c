// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.election.KnownMaster;
import io.mirrorcarp.carp.election.NodeAction;
import io.mirrorcarp.carp.election.NodeElection;
import io.mirrorcarp.carp.election.Nudge;
import io.mirrorcarp.carp.io.CarpNetwork;
import io.mirrorcarp.carp.io.LinkMonitor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * CARP on this node. Deploy it alone on an event loop: an advertisement must not wait.
 *
 * <p>The start removes what a crashed process left, makes the carpdevs ready, opens their sockets and starts the elections. A carpdev that does not
 * exist is a link that is down, until it comes. The stop bows out, releases the addresses, puts the kernel's settings back, and is done then.
 *
 * <p>The methods may be called from any thread once the verticle is deployed. Times in what they take and give are those of {@link System#nanoTime}.
 */
public final class CarpVerticle extends VerticleBase {
    private final List<VirtualHost> hosts;
    private final CarpOptions options;
    private final CarpNetwork network;
    private final CarpListener listener;
    private final SequenceMemory sequences;
    private final StateBarrier barrier;
    private @Nullable CarpNode node;
    private @Nullable LinkMonitor monitor;

    /**
     * @param hosts no two of one vhid on one carpdev, no two of one name
     * @param sequences what was kept by the life before, and what keeps it for the next one
     * @param barrier asked before a takeover where the settings have a barrier, and after a standstill. If it fails, the limit decides
     */
    public CarpVerticle(
            List<VirtualHost> hosts,
            CarpOptions options,
            CarpNetwork network,
            CarpListener listener,
            SequenceMemory sequences,
            StateBarrier barrier) {
        this.hosts = List.copyOf(hosts);
        this.options = options;
        this.network = network;
        this.listener = listener;
        this.sequences = sequences;
        this.barrier = barrier;
    }

    @Override
    public void init(Vertx vertx, Context context) {
        super.init(vertx, context);
        context.exceptionHandler(listener::onFailure);
    }

    @Override
    public Future<?> start() {
        CarpNode starting = new CarpNode(context, hosts, options, network, listener, sequences, barrier);
        node = starting;
        try {
            network.hasten();
        } catch (IOException e) {
            starting.log().trouble(e.getMessage() + ": advertisements and takeovers may be late under load");
        }
        AddressThread thread = starting.addressThread();
        // Where it lacks the right to that, it has just been said.
        return thread.hasten()
                .otherwiseEmpty()
                .compose(hastened -> thread.recover())
                .compose(recovered -> network.watch(context, starting.carpdevs().names(), starting.carpdevs()))
                .compose(opened -> {
                    monitor = opened;
                    return starting.carpdevs().open();
                })
                .onSuccess(opened -> starting.start())
                .recover(failure -> end(starting).transform(ended -> Future.failedFuture(failure)));
    }

    @Override
    public Future<?> stop() {
        CarpNode stopping = Objects.requireNonNull(node);
        Future<Void> released;
        try {
            released = stopping.shutdown();
        } catch (RuntimeException e) {
            // The addresses must go all the same: a peer takes them now.
            stopping.log().trouble("bow-out: " + e);
            released = Future.succeededFuture();
        }
        return released.compose(done -> end(stopping));
    }

    /** After the addresses are released: puts the settings back, and closes everything. */
    private Future<Void> end(CarpNode ending) {
        LinkMonitor open = monitor;
        monitor = null;
        return ending.addressThread()
                .restore()
                .eventually(ending::close)
                .eventually(() -> open == null ? Future.succeededFuture() : open.close());
    }

    // From outside.

    /** The state of everything. */
    public Future<CarpSnapshot> snapshot() {
        return call(CarpNode::snapshot);
    }

    /** Adds a source of demotion, or replaces the one of its name and subject. */
    public Future<Void> raiseDemotion(DemotionSource source) {
        return input((election, now) -> election.onDemotionRaised(source, now));
    }

    /** Ends a source of demotion of the whole node, if it is there. */
    public Future<Void> clearDemotion(String name, String subject, String reason) {
        return clearDemotion(name, subject, "", reason);
    }

    /** Ends a source of demotion of a group, if it is there. */
    public Future<Void> clearDemotion(String name, String subject, String group, String reason) {
        return input((election, now) -> election.onDemotionCleared(name, subject, group, reason, now));
    }

    /** Writes net.inet.carp.demotion: adds to the administrator's own source. */
    public Future<Void> addDemotion(int delta, String reason) {
        return input((election, now) -> election.onDemotionAdded(delta, reason, now));
    }

    /** The services of the node are ready: the hold-off of the start is over. */
    public Future<Void> servicesReady() {
        return input(NodeElection::onServicesReady);
    }

    /** A planned failover has come about; see {@link NodeElection#onHandedOver}. */
    public Future<Void> handedOver(Collection<String> names) {
        return input((election, now) -> election.onHandedOver(names, now));
    }

    /** Whether the node may displace a living master, as far as something else than its demotion decides that. It may until told. */
    public Future<Void> allowPreempt(boolean allowed) {
        return input((election, now) -> election.onPreemptAllowed(allowed, now));
    }

    /** Whose states the node has, and may displace although those of another peer are missing; see {@link NodeElection#onMastersHeld}. */
    public Future<Void> mastersHeld(Set<KnownMaster> masters) {
        return input((election, now) -> election.onMastersHeld(masters, now));
    }

    /** What the only peer is master of; see {@link NodeElection#onOnlyPeer}. */
    public Future<Void> onlyPeer(Set<KnownMaster> masters) {
        return input((election, now) -> election.onOnlyPeer(masters, now));
    }

    /** What peers say of their advertisements over a channel that can be trusted. */
    public Future<Void> hearPeers(Collection<PeerStatement> statements) {
        return call(running -> {
                    running.hearPeers(statements);
                    return true;
                })
                .mapEmpty();
    }

    /** A peer that said that it is master of the same addresses is so no longer; see {@link NodeElection#onRivalGone}. */
    public Future<Void> rivalGone(String name) {
        return input((election, now) -> election.onRivalGone(name, now));
    }

    /** A peer that was master of a virtual host says on another path that it leaves. */
    public Future<Void> peerResigned(Resignation resignation) {
        return input((election, now) -> election.onResigned(resignation.vhid(), resignation.addresses(), now));
    }

    /** A peer that may have been the master seems to have died just now; see {@link NodeElection#onPeerDied}. */
    public Future<Void> peerDied(Set<KnownMaster> living) {
        return input((election, now) -> election.onPeerDied(living, now));
    }

    /** A peer fell silent without a word on another path, and may have been the master; see {@link NodeElection#onPeerSilent}. */
    public Future<Void> peerSilent(Set<KnownMaster> living) {
        return input((election, now) -> election.onPeerSilent(living, now));
    }

    /** Writes net.inet.carp.allow. */
    public Future<Void> setAllow(boolean allow) {
        return input((election, now) -> election.onAllow(allow, now));
    }

    /** Writes net.inet.carp.preempt. */
    public Future<Void> setPreempt(boolean preempt) {
        return input((election, now) -> election.onPreempt(preempt, now));
    }

    /**
     * Changes what faults add to the demotion, those that are there among them.
     *
     * @param link each carpdev without link, 0 or more
     * @param other each carpdev on which sending fails, and each virtual host whose addresses cannot be taken, 0 or more
     */
    public Future<Void> setFaultDemotions(int link, int other) {
        return input((election, now) -> election.onFaultDemotions(link, other, now));
    }

    /**
     * Writes net.inet.carp.arpbalance. Who is master stays so, and keeps its addresses.
     *
     * @return done when the kernel, or this program, answers ARP accordingly; fails with {@link IllegalArgumentException} when it is to be on and a
     *     virtual host has {@link io.mirrorcarp.carp.io.MacMode#INTERFACE}, and when it is to be off and two share an address
     */
    public Future<Void> setArpBalance(boolean arpBalance) {
        return callForFuture(running -> running.hosts().setArpBalance(arpBalance));
    }

    /** Writes net.inet.carp.log. */
    public Future<Void> setLogLevel(int level) {
        return call(running -> {
                    running.log().setLevel(level);
                    return true;
                })
                .mapEmpty();
    }

    /**
     * Makes these the virtual hosts of the node. One that is as before misses nothing: no advertisement, no address. One of which only times, group, passphrase or
     * addresses are others goes on in its state. Any other bows out and comes anew.
     *
     * @param changed as in the constructor
     * @return done when all of it is so; fails where a carpdev cannot be watched or listened on
     */
    public Future<Void> reconfigure(List<VirtualHost> changed) {
        return callForFuture(running -> {
            Set<String> before = running.carpdevs().names();
            return running.hosts()
                    .reconfigure(changed)
                    .compose(done ->
                            before.equals(running.carpdevs().names()) ? Future.succeededFuture() : watchAnew(running));
        });
    }

    private Future<Void> watchAnew(CarpNode running) {
        LinkMonitor before = monitor;
        return network.watch(context, running.carpdevs().names(), running.carpdevs())
                .compose(opened -> {
                    monitor = opened;
                    return before == null ? Future.succeededFuture() : before.close();
                });
    }

    /**
     * Nudges a virtual host, and with preempt those of its group.
     *
     * @return its state behind it, which may still wait for a takeover; fails with {@link IllegalArgumentException} where there is none of that name
     */
    public Future<CarpState> nudge(String name, Nudge nudge) {
        return nudge(name, nudge, false, CarpInstance.NEVER);
    }

    /**
     * Nudges a virtual host, and with preempt those of its group, as {@link #nudge(String, Nudge)}.
     *
     * @param alone whether the others of its group stay where they are
     * @param upAtNanos when {@link Nudge#DOWN} ends by itself, or {@link CarpInstance#NEVER}; without meaning for the others
     */
    public Future<CarpState> nudge(String name, Nudge nudge, boolean alone, long upAtNanos) {
        return call(running -> {
            running.input(now -> running.election().onNudge(name, nudge, alone, upAtNanos, now));
            return running.state(name);
        });
    }

    private Future<Void> input(BiFunction<NodeElection, Long, List<NodeAction>> what) {
        return call(present -> {
                    present.input(now -> what.apply(present.election(), now));
                    return true;
                })
                .mapEmpty();
    }

    private <T> Future<T> call(Function<CarpNode, T> what) {
        return callForFuture(what.andThen(Future::succeededFuture));
    }

    /** Runs it on the context. What is wrong with the arguments fails the future; anything else is a fault of the election as well. */
    private <T> Future<T> callForFuture(Function<CarpNode, Future<T>> what) {
        Promise<T> promise = Promise.promise();
        Context caller = Vertx.currentContext();
        context.runOnContext(nothing -> {
            Future<T> answer = answer(what);
            if (caller == null) {
                answer.onComplete(promise);
            } else {
                // What the caller makes of the answer is not the election's work.
                answer.onComplete(done -> caller.runOnContext(back -> answer.onComplete(promise)));
            }
        });
        return promise.future();
    }

    private <T> Future<T> answer(Function<CarpNode, Future<T>> what) {
        CarpNode present = node;
        if (present == null || !present.isRunning()) {
            return Future.failedFuture("CARP is not running");
        }
        try {
            return what.apply(present);
        } catch (IllegalArgumentException e) {
            return Future.failedFuture(e);
        } catch (RuntimeException e) {
            listener.onFailure(e);
            return Future.failedFuture(e);
        }
    }
}
