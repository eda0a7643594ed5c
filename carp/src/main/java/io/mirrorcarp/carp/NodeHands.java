// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.NodeAction;
import io.mirrorcarp.carp.election.NodeActions;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.LinkProbe;
import io.vertx.core.Context;

/** Carries out what the election of a node wants. */
final class NodeHands implements NodeActions {
    private final CarpNode node;
    private final Context context;
    private final CarpListener listener;
    private final StateBarrier barrier;

    NodeHands(CarpNode node, Context context, CarpListener listener, StateBarrier barrier) {
        this.node = node;
        this.context = context;
        this.listener = listener;
        this.barrier = barrier;
    }

    @Override
    public void sendAdvertisement(NodeAction.SendAdvertisement action) {
        node.hosts().of(action.host()).send(action.what());
        if (node.loop().isDue()) {
            listener.onAdvertisementSent(node.loop().lateNanos());
        }
    }

    @Override
    public void requestStates(NodeAction.RequestStates action) {
        RunningHost asking = node.hosts().of(action.host());
        whenStatesAreReady(
                "VHID " + asking.host().subject() + ": states before takeover",
                true,
                () -> asking.tell(now -> node.election().onStatesReady(action.host(), action.request(), now)));
    }

    @Override
    public void judgeStates(NodeAction.JudgeStates action) {
        listener.onStatesDoubted();
        whenStatesAreReady(
                "states after a standstill",
                action.carrying(),
                () -> node.input(now -> node.election().onStatesJudged(action.request(), now)));
    }

    private void whenStatesAreReady(String what, boolean carrying, Runnable then) {
        barrier.await(carrying)
                .onComplete(done -> context.runOnContext(nothing -> {
                    if (done.succeeded()) {
                        then.run();
                    } else {
                        node.log().trouble(what + ": " + done.cause().getMessage());
                    }
                }));
    }

    @Override
    public void resign(NodeAction.Resign action) {
        listener.onResign(node.hosts().of(action.host()).host().resignation());
    }

    @Override
    public void takeAddresses(NodeAction.TakeAddresses action) {
        node.hosts().of(action.host()).take(action.attempt());
    }

    @Override
    public void releaseAddresses(NodeAction.ReleaseAddresses action) {
        node.hosts().of(action.host()).release();
    }

    @Override
    public void rehearse(NodeAction.Rehearse action) {
        node.hosts().of(action.host()).rehearse();
    }

    @Override
    public void announce(NodeAction.Announce action) {
        node.hosts().of(action.host()).announce();
    }

    @Override
    public void countPutBack(NodeAction.CountPutBack action) {
        node.counters().increment(CarpCounter.ADDRESSES_PUT_BACK);
    }

    @Override
    public void stateChanged(NodeAction.StateChanged action) {
        if (action.what().to() == CarpState.MASTER) {
            node.counters().increment(CarpCounter.PREEMPTED);
        }
        VirtualHost host = node.hosts().of(action.host()).host();
        node.log()
                .stateChange(new StateChange(
                        host,
                        action.what().from(),
                        action.what().to(),
                        action.what().reason()));
    }

    @Override
    public void demotionChanged(NodeAction.DemotionChanged action) {
        node.log().demotion(action.change());
    }

    @Override
    public void report(NodeAction.Report action) {
        node.log().trouble(action.message());
    }

    @Override
    public void openSocket(NodeAction.OpenSocket action) {
        node.carpdevs().reopen(node.carpdevs().of(action.carpdev()));
    }

    @Override
    public void closeSocket(NodeAction.CloseSocket action) {
        node.carpdevs().close(action.carpdev());
    }

    @Override
    public void sendProbe(NodeAction.SendProbe action) {
        Carpdev carpdev = node.carpdevs().of(action.carpdev());
        node.carpdevs()
                .sent(carpdev, carpdev.send(LinkProbe.frame(carpdev.status().mac())));
    }

    @Override
    public void hostGone(NodeAction.HostGone action) {
        node.hosts().forget(action.host());
    }

    @Override
    public void beginTerm(NodeAction.BeginTerm action) {
        node.hosts().of(action.host()).beginTerm();
    }

    @Override
    public void renewLeases() {
        node.addressThread()
                .renew()
                .onSuccess(count -> node.counters().add(CarpCounter.BALANCED_AWAY, count))
                .onFailure(e -> node.log().trouble("renew the leases of addresses: " + e.getMessage()));
    }

    /** Not at once, since the frame that led to it may be one of a batch whose others are still to come. */
    @Override
    public void readSockets() {
        context.runOnContext(nothing -> {
            node.carpdevs().all().forEach(Carpdev::read);
            node.input(node.election()::onSocketsRead);
        });
    }

    @Override
    public void stopped() {
        node.onStopped();
    }
}
