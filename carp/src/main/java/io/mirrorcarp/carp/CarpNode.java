// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.NodeElection;
import io.mirrorcarp.carp.election.NodeSettings;
import io.mirrorcarp.carp.io.CarpNetwork;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.counter.CounterSet;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node at work: its {@link NodeElection}, and the hands that tell it what happened and carry out what it wants. Everything happens on one context. */
final class CarpNode {
    private final CarpListener listener;
    private final SequenceMemory sequences;
    private final CarpLog log;
    private final CounterSet<CarpCounter> counters = new CounterSet<>(CarpCounter.class);
    private final NodeElection election;
    private final ElectionLoop loop;
    private final AddressThread addressThread;
    private final Carpdevs carpdevs;
    private final RunningHosts hosts;
    private @Nullable Promise<Void> stopped;

    CarpNode(
            Context context,
            List<VirtualHost> virtualHosts,
            CarpOptions options,
            CarpNetwork network,
            CarpListener listener,
            SequenceMemory sequences,
            StateBarrier barrier) {
        this.sequences = sequences;
        this.listener = listener;
        this.log = new CarpLog(listener, options.logLevel());
        this.addressThread = new AddressThread(context, network);
        this.election = new NodeElection(
                virtualHosts.stream().map(VirtualHost::elected).toList(),
                settings(virtualHosts, options),
                new SecureRandom());
        this.loop = new ElectionLoop(context, election, new NodeHands(this, context, listener, barrier));
        this.carpdevs = new Carpdevs(context, network, virtualHosts, this, new Reception(this));
        this.hosts = new RunningHosts(this);
        virtualHosts.forEach(hosts::put);
    }

    private static NodeSettings settings(List<VirtualHost> virtualHosts, CarpOptions options) {
        return new NodeSettings(
                options.allow(),
                virtualHosts.stream().allMatch(host -> host.settings().preempt()),
                options.linkDemotion(),
                options.sendErrorDemotion(),
                options.initialDemotion());
    }

    // For the hands of virtual hosts and carpdevs.

    long nowNanos() {
        return System.nanoTime();
    }

    NodeElection election() {
        return election;
    }

    ElectionLoop loop() {
        return loop;
    }

    CounterSet<CarpCounter> counters() {
        return counters;
    }

    CarpLog log() {
        return log;
    }

    SequenceMemory sequences() {
        return sequences;
    }

    AddressThread addressThread() {
        return addressThread;
    }

    Carpdevs carpdevs() {
        return carpdevs;
    }

    RunningHosts hosts() {
        return hosts;
    }

    void tookOver(long nanos) {
        listener.onTakenOver(nanos);
    }

    /** Whatever comes in goes through this. */
    void input(ElectionLoop.Input what) {
        loop.input(what);
    }

    // Its life.

    boolean isRunning() {
        return loop.isRunning();
    }

    void start() {
        input(election::onStart);
    }

    /** Bows out, and gives up the addresses; done when it has asked for that. */
    Future<Void> shutdown() {
        Promise<Void> promise = Promise.promise();
        stopped = promise;
        input(election::onShutdown);
        return promise.future();
    }

    /** The election is over. */
    void onStopped() {
        loop.cancel();
        if (stopped != null) {
            stopped.tryComplete();
        }
    }

    Future<Void> close() {
        hosts.all().forEach(RunningHost::keepSequences);
        loop.close();
        return carpdevs.close();
    }

    /** Peers say something of the advertisements of virtual hosts that this node may have too. */
    void hearPeers(Collection<PeerStatement> statements) {
        for (PeerStatement statement : statements) {
            hosts.all().stream().filter(host -> statement.isOf(host.host())).forEach(host -> host.hear(statement));
        }
    }

    // For status.

    CarpSnapshot snapshot() {
        return new CarpSnapshot(
                nowNanos(),
                election.demotion().total(),
                election.demotion().suppressPreempt(),
                election.isAllowed(),
                election.preempts(),
                log.level(),
                election.demotion().sources(),
                hosts.all().stream().map(RunningHost::status).toList(),
                counters.values(),
                carpdevs.discards());
    }

    CarpState state(String name) {
        return election.host(name).instance().state();
    }
}
