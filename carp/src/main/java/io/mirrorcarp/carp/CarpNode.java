// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.auth.ExpectedCounters;
import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.HostElection;
import io.mirrorcarp.carp.election.NodeAction;
import io.mirrorcarp.carp.election.NodeActions;
import io.mirrorcarp.carp.election.NodeElection;
import io.mirrorcarp.carp.election.NodeSettings;
import io.mirrorcarp.carp.io.CarpNetwork;
import io.mirrorcarp.carp.packet.ArpRequest;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.LinkProbe;
import io.mirrorcarp.carp.packet.ParsedFrame;
import io.mirrorcarp.carp.packet.ReceivedAdvertisement;
import io.mirrorcarp.carp.packet.RejectedFrame;
import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.netio.DeadlineTimer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The hands of a node: they tell its {@link NodeElection} what happened, carry out what it wants, and keep its timer. Everything happens on one context. Whatever comes in goes
 * through {@link #input}.
 */
final class CarpNode implements NodeActions {
    private final Context context;
    private final AddressThread addressThread;
    private final Supplier<Future<Void>> statesReady;
    private final CarpListener listener;
    private final SequenceMemory sequences;
    private final CarpLog log;
    private final DeadlineTimer timer;
    private final CounterSet<CarpCounter> counters = new CounterSet<>(CarpCounter.class);
    private final NodeElection election;
    private final Carpdevs carpdevs;
    private final Map<String, RunningHost> hosts = new LinkedHashMap<>();
    private final Map<String, Promise<Void>> departures = new HashMap<>();
    private final RandomGenerator random = new SecureRandom();
    private final Deque<NodeAction> pending = new ArrayDeque<>();
    private long dueNanos = CarpInstance.NEVER;
    private boolean performing;
    private boolean closed;
    private @Nullable Promise<Void> stopped;

    CarpNode(
            Context context,
            List<VirtualHost> virtualHosts,
            CarpOptions options,
            CarpNetwork network,
            CarpListener listener,
            SequenceMemory sequences,
            Supplier<Future<Void>> statesReady) {
        this.context = context;
        this.sequences = sequences;
        this.addressThread = new AddressThread(context, network);
        this.timer = new DeadlineTimer(context, this::onTimer);
        this.statesReady = statesReady;
        this.listener = listener;
        this.log = new CarpLog(listener, options.logLevel());
        NodeSettings settings = new NodeSettings(
                options.allow(),
                virtualHosts.stream().allMatch(host -> host.settings().preempt()),
                options.linkDemotion(),
                options.sendErrorDemotion(),
                options.initialDemotion());
        this.election =
                new NodeElection(virtualHosts.stream().map(VirtualHost::elected).toList(), settings, random);
        this.carpdevs = new Carpdevs(context, network, virtualHosts, this);
        for (VirtualHost host : virtualHosts) {
            hosts.put(host.name(), new RunningHost(host, carpdevs.of(host.carpdev()), this));
        }
    }

    // For the hands of virtual hosts and carpdevs.

    long nowNanos() {
        return System.nanoTime();
    }

    NodeElection election() {
        return election;
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

    void tookOver(long nanos) {
        listener.onTakenOver(nanos);
    }

    AddressThread addressThread() {
        return addressThread;
    }

    Carpdevs carpdevs() {
        return carpdevs;
    }

    // Inputs.

    /** What an input makes of the election at a time. */
    @FunctionalInterface
    interface Input {
        List<NodeAction> at(long nowNanos);
    }

    /** Tells the election what came in, carries out what it wants, and arms the timer. One that comes while actions are carried out adds its own to them. */
    void input(Input what) {
        pending.addAll(what.at(nowNanos()));
        if (performing) {
            return;
        }
        performing = true;
        try {
            while (!pending.isEmpty()) {
                pending.remove().perform(this);
            }
        } finally {
            pending.clear();
            performing = false;
        }
        if (election.isRunning() && !closed) {
            timer.arm(election.nextDeadlineNanos());
        }
    }

    private void onTimer() {
        do {
            dueNanos = election.nextDeadlineNanos();
            input(election::onDeadline);
        } while (election.isRunning() && election.nextDeadlineNanos() <= nowNanos());
        dueNanos = CarpInstance.NEVER;
    }

    boolean isRunning() {
        return election.isRunning() && !closed;
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

    Future<Void> close() {
        closed = true;
        hosts.values().forEach(RunningHost::keepSequences);
        timer.cancel();
        return carpdevs.close();
    }

    void receive(Carpdev carpdev, ByteBuffer frame) {
        ArpRequest request = carpdev.arpAnswers().isNeeded() ? ArpRequest.parse(frame) : null;
        if (request != null) {
            answer(carpdev, request);
            return;
        }
        ParsedFrame parsed = carpdev.parser().parse(frame);
        if (!election.isAllowed()) {
            parsed.countReceived(counters);
            return;
        }
        parsed.count(counters);
        if (parsed instanceof RejectedFrame rejected) {
            rejected.reason().count(carpdev.discards());
            carpdev.onRefused(nowNanos());
            log.badPacket(carpdev.name(), rejected.reason(), rejected.source(), nowNanos());
        } else if (parsed instanceof ReceivedAdvertisement received) {
            int vhid = received.advertisement().vhid();
            for (RunningHost host : hosts.values()) {
                if (host.carpdev() == carpdev && host.host().vhid() == vhid) {
                    host.receive(received);
                }
            }
        }
    }

    /** A flood begins on a carpdev, goes on, or ends: the kernel shall pass on all that peers may send, and of the rest what can be borne. */
    void onGate(Carpdev carpdev) {
        ExpectedCounters expected = new ExpectedCounters();
        for (RunningHost host : hosts.values()) {
            if (host.carpdev() == carpdev) {
                host.expect(expected);
            }
        }
        int errno = carpdev.sieve(expected);
        log.flood(carpdev.name(), carpdev.gate(), errno, nowNanos());
    }

    private void answer(Carpdev carpdev, ArpRequest request) {
        byte[] answer = carpdev.arpAnswers().answer(request, vhid -> holds(carpdev, vhid));
        if (answer != null) {
            carpdev.send(answer);
        }
    }

    private boolean holds(Carpdev carpdev, int vhid) {
        return hosts.values().stream()
                .anyMatch(host -> host.carpdev() == carpdev && host.host().vhid() == vhid && host.held() != null);
    }

    /** Peers say something of the advertisements of virtual hosts that this node may have too. */
    void hearPeers(Collection<PeerStatement> statements) {
        for (PeerStatement statement : statements) {
            for (RunningHost host : hosts.values()) {
                if (statement.isOf(host.host())) {
                    host.hear(statement);
                }
            }
        }
    }

    /** The carpdev has another MAC: what was made with the one before is made again. */
    void onMacChanged(Carpdev carpdev) {
        for (RunningHost host : hosts.values()) {
            if (host.carpdev() == carpdev) {
                input(now -> election.onPlanChanged(host.host().name(), now));
            }
        }
    }

    /** Tells of all virtual hosts that have to do with something which was taken away. */
    void disturbed(Function<RunningHost, Boolean> isConcerned) {
        for (RunningHost host : hosts.values()) {
            if (isConcerned.apply(host)) {
                input(now -> election.onDisturbed(host.host().name(), now));
            }
        }
    }

    /**
     * Changes net.inet.carp.arpbalance. No moment is without an answer: this program begins to answer before the kernel ends, and ends when the kernel
     * has begun.
     *
     * @return done when the kernel is told; fails with {@link IllegalArgumentException} where it cannot be
     */
    Future<Void> setArpBalance(boolean changed) {
        Optional<String> refusal = ArpAnswers.refusal(virtualHosts(), changed);
        if (refusal.isPresent()) {
            return Future.failedFuture(new IllegalArgumentException(refusal.get()));
        }
        List<Future<Void>> told = new ArrayList<>();
        hosts.values().forEach(host -> told.add(host.setArpBalance(changed)));
        if (changed) {
            renewArpAnswers();
        }
        return Future.join(told).onComplete(done -> renewArpAnswers()).mapEmpty();
    }

    private void renewArpAnswers() {
        for (Carpdev carpdev : carpdevs.all()) {
            List<VirtualHost> on = virtualHosts().stream()
                    .filter(host -> host.carpdev().equals(carpdev.name()))
                    .toList();
            carpdev.setArpAnswers(new ArpAnswers(on));
        }
    }

    /**
     * The virtual hosts are these from now on. One that is as before is not touched; one that {@link VirtualHost#canBecome} the new one of its name goes on in its
     * state; any other goes, and comes anew.
     *
     * @return done when those that go have gone and the new ones have started
     */
    Future<Void> reconfigure(List<VirtualHost> next) {
        Map<String, VirtualHost> nextByName = new LinkedHashMap<>();
        next.forEach(host -> nextByName.put(host.name(), host));
        List<Future<Void>> departures = new ArrayList<>();
        for (RunningHost running : List.copyOf(hosts.values())) {
            VirtualHost changed = nextByName.get(running.host().name());
            if (changed == null || !running.host().canBecome(changed)) {
                departures.add(depart(running));
            } else if (!running.host()
                    .equals(changed.withAttachment(running.host().attachment()))) {
                running.change(changed);
            }
        }
        return Future.join(departures)
                .compose(gone -> carpdevs.setHosts(next))
                .onSuccess(listening -> next.stream()
                        .filter(host -> !hosts.containsKey(host.name()))
                        .forEach(this::add));
    }

    private Future<Void> depart(RunningHost running) {
        Promise<Void> gone = Promise.promise();
        departures.put(running.host().name(), gone);
        input(now -> election.onHostRemoved(running.host().name(), now));
        return gone.future();
    }

    private void add(VirtualHost host) {
        Carpdev carpdev = carpdevs.of(host.carpdev());
        hosts.put(host.name(), new RunningHost(host, carpdev, this));
        input(now -> election.onHostAdded(host.elected(), now));
        carpdevs.onStatus(carpdev.status());
    }

    private List<VirtualHost> virtualHosts() {
        return hosts.values().stream().map(RunningHost::host).toList();
    }

    // Actions.

    private RunningHost host(String name) {
        return Objects.requireNonNull(hosts.get(name));
    }

    @Override
    public void sendAdvertisement(NodeAction.SendAdvertisement action) {
        host(action.host()).send(action.what());
        if (dueNanos != CarpInstance.NEVER) {
            listener.onAdvertisementSent(Math.max(0, nowNanos() - dueNanos));
        }
    }

    @Override
    public void requestStates(NodeAction.RequestStates action) {
        statesReady
                .get()
                .onComplete(done -> context.runOnContext(nothing -> {
                    if (!hosts.containsKey(action.host())) {
                        // It has gone meanwhile.
                        return;
                    }
                    if (done.succeeded()) {
                        input(now -> election.onStatesReady(action.host(), action.request(), now));
                    } else {
                        log.trouble("VHID " + host(action.host()).host().subject() + ": states before takeover: "
                                + done.cause().getMessage());
                    }
                }));
    }

    @Override
    public void resign(NodeAction.Resign action) {
        listener.onResign(host(action.host()).host().resignation());
    }

    @Override
    public void takeAddresses(NodeAction.TakeAddresses action) {
        host(action.host()).take(action.attempt());
    }

    @Override
    public void releaseAddresses(NodeAction.ReleaseAddresses action) {
        host(action.host()).release();
    }

    @Override
    public void rehearse(NodeAction.Rehearse action) {
        host(action.host()).rehearse();
    }

    @Override
    public void announce(NodeAction.Announce action) {
        host(action.host()).announce();
    }

    @Override
    public void countPutBack(NodeAction.CountPutBack action) {
        counters.increment(CarpCounter.ADDRESSES_PUT_BACK);
    }

    @Override
    public void stateChanged(NodeAction.StateChanged action) {
        if (action.what().to() == CarpState.MASTER) {
            counters.increment(CarpCounter.PREEMPTED);
        }
        VirtualHost host = host(action.host()).host();
        log.stateChange(new StateChange(
                host, action.what().from(), action.what().to(), action.what().reason()));
    }

    @Override
    public void demotionChanged(NodeAction.DemotionChanged action) {
        log.demotion(action.change());
    }

    @Override
    public void report(NodeAction.Report action) {
        log.trouble(action.message());
    }

    @Override
    public void openSocket(NodeAction.OpenSocket action) {
        carpdevs.reopen(carpdevs.of(action.carpdev()));
    }

    @Override
    public void closeSocket(NodeAction.CloseSocket action) {
        carpdevs.close(action.carpdev());
    }

    @Override
    public void sendProbe(NodeAction.SendProbe action) {
        Carpdev carpdev = carpdevs.of(action.carpdev());
        carpdevs.sent(carpdev, carpdev.send(LinkProbe.frame(carpdev.status().mac())));
    }

    @Override
    public void hostGone(NodeAction.HostGone action) {
        host(action.host()).forget();
        hosts.remove(action.host());
        input(now -> election.onHostForgotten(action.host(), now));
        Promise<Void> departure = departures.remove(action.host());
        if (departure != null) {
            departure.complete();
        }
    }

    @Override
    public void renewLeases() {
        addressThread.renew().onFailure(e -> log.trouble("renew the leases of addresses: " + e.getMessage()));
    }

    /** Not at once, since the frame that led to it may be one of a batch whose others are still to come. */
    @Override
    public void readSockets() {
        context.runOnContext(nothing -> {
            carpdevs.all().forEach(Carpdev::read);
            input(election::onSocketsRead);
        });
    }

    @Override
    public void judgeStates(NodeAction.JudgeStates action) {
        statesReady
                .get()
                .onComplete(done -> context.runOnContext(nothing -> {
                    if (done.succeeded()) {
                        input(now -> election.onStatesJudged(action.request(), now));
                    } else {
                        log.trouble("states after a standstill: " + done.cause().getMessage());
                    }
                }));
    }

    @Override
    public void stopped() {
        timer.cancel();
        if (stopped != null) {
            stopped.tryComplete();
        }
    }

    // For status.

    CarpSnapshot snapshot() {
        List<VirtualHostStatus> statuses = new ArrayList<>();
        hosts.values().forEach(host -> statuses.add(host.status()));
        return new CarpSnapshot(
                nowNanos(),
                election.demotion().total(),
                election.demotion().suppressPreempt(),
                election.isAllowed(),
                election.preempts(),
                log.level(),
                election.demotion().sources(),
                statuses,
                counters.values(),
                carpdevs.discards());
    }

    CarpState state(String name) {
        HostElection host = election.host(name);
        return host.instance().state();
    }
}
