// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.AdvertTurn;
import io.mirrorcarp.carp.election.CarpAction;
import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.election.SendErrorWatch;
import io.mirrorcarp.carp.io.AddressPlan;
import io.mirrorcarp.carp.io.CarpNetwork;
import io.mirrorcarp.carp.io.MacMode;
import io.mirrorcarp.carp.packet.ArpRequest;
import io.mirrorcarp.carp.packet.CarpCounters;
import io.mirrorcarp.carp.packet.ParsedFrame;
import io.mirrorcarp.carp.packet.ReceivedAdvertisement;
import io.mirrorcarp.carp.packet.RejectedFrame;
import io.mirrorcarp.netio.DeadlineTimer;
import io.mirrorcarp.netio.Errno;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The running node: its virtual hosts, its carpdevs and its demotion, with one timer for the earliest deadline of all. Everything happens on
 * one context. Whatever comes in goes through {@link #input}, which lets a change of the demotion reach every virtual host, and arms the timer.
 */
final class CarpNode {
    private static final int TAKE_FAILURES = 3;
    private static final long TAKE_PENALTY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Context context;
    private final AddressThread addressThread;
    private final CarpOptions options;
    private final Supplier<Future<Void>> statesReady;
    private final CarpListener listener;
    private final CarpLog log;
    private final DeadlineTimer timer;
    private final CarpCounters counters = new CarpCounters();
    private final NodeDemotion demotion;
    private final Carpdevs carpdevs;
    private final Map<String, RunningHost> hosts = new LinkedHashMap<>();
    private boolean allow;
    private boolean preempt;
    private boolean preemptAllowed = true;
    private boolean running;
    private @Nullable Promise<Void> stopped;

    CarpNode(
            Context context,
            List<VirtualHost> virtualHosts,
            CarpOptions options,
            CarpNetwork network,
            CarpListener listener,
            Supplier<Future<Void>> statesReady) {
        this.context = context;
        this.addressThread = new AddressThread(context, network);
        this.options = options;
        this.timer = new DeadlineTimer(context, this::onTimer);
        this.statesReady = statesReady;
        this.listener = listener;
        this.log = new CarpLog(listener, options.logLevel());
        this.demotion = new NodeDemotion(log);
        this.allow = options.allow();
        this.preempt = virtualHosts.stream().allMatch(host -> host.settings().preempt());
        RandomGenerator random = new SecureRandom();
        this.carpdevs = new Carpdevs(context, network, virtualHosts, this);
        for (VirtualHost host : virtualHosts) {
            AdvertTurn turn = new AdvertTurn(hosts.size(), virtualHosts.size());
            hosts.put(host.name(), new RunningHost(host, carpdevs.of(host), this, random, turn));
        }
    }

    // For the hands of a virtual host.

    long nowNanos() {
        return System.nanoTime();
    }

    CarpCounters counters() {
        return counters;
    }

    CarpLog log() {
        return log;
    }

    AddressWork addressWork(AddressPlan plan, AddressWork.Outcome outcome) {
        return new AddressWork(addressThread, plan, outcome);
    }

    AddressThread addressThread() {
        return addressThread;
    }

    void requestStates(RunningHost host, int request) {
        statesReady
                .get()
                .onComplete(done -> context.runOnContext(nothing -> {
                    if (done.succeeded()) {
                        input(() -> host.perform(host.instance().onStatesReady(request, nowNanos())));
                    } else {
                        log.trouble("VHID " + host.host().subject() + ": states before takeover: "
                                + done.cause().getMessage());
                    }
                }));
    }

    /** What one virtual host misses the others of its group need not miss for as long: a node that died mostly had them all. */
    void masterSilent(RunningHost silent) {
        for (RunningHost host : hosts.values()) {
            if (host != silent && host.host().group().equals(silent.host().group())) {
                host.perform(host.instance().onPeerDied(nowNanos()));
            }
        }
    }

    void resign(VirtualHost host) {
        listener.onResign(host.resignation());
    }

    void stateChanged(StateChange change) {
        log.stateChange(change);
    }

    void takeFailed(VirtualHost host, Throwable failure, int inARow) {
        String what = "VHID " + host.subject() + ": take addresses: " + failure.getMessage();
        if (Integer.bitCount(inARow) == 1) {
            log.trouble(what);
        }
        input(() -> {
            if (inARow == TAKE_FAILURES) {
                long nowNanos = nowNanos();
                demotion.raise(DemotionSource.of(
                                DemotionSource.ADDRESSES, host.subject(), options.sendErrorDemotion(), what, nowNanos)
                        .inGroup(host.group())
                        .until(nowNanos + TAKE_PENALTY_NANOS));
            }
        });
    }

    // Inputs. Each runs within input().

    /** Runs what came in, lets the demotion reach every virtual host, and arms the timer. */
    void input(Runnable what) {
        what.run();
        applyDemotions();
        if (stopped != null
                && hosts.values().stream().noneMatch(host -> host.instance().isLeaving())) {
            running = false;
            timer.cancel();
            stopped.tryComplete();
        } else if (running) {
            timer.arm(nextDeadlineNanos());
        }
    }

    private void applyDemotions() {
        while (demotion.takeChanged()) {
            hosts.values().forEach(this::applyDemotion);
        }
    }

    private void applyDemotion(RunningHost host) {
        long nowNanos = nowNanos();
        CarpInstance instance = host.instance();
        String group = host.host().group();
        boolean free = preemptAllowed && demotion.counters().suppressPreemptFor(group) == 0;
        host.perform(instance.onPreemptAllowed(free, nowNanos));
        host.perform(instance.onDemotion(demotion.counters().totalFor(group), nowNanos));
    }

    void start() {
        running = true;
        input(() -> {
            options.initialDemotion().forEach(demotion::raise);
            demoteByAllow();
            carpdevs.all().forEach(this::onLink);
            hosts.values().forEach(this::applyDemotion);
            forEachHost(instance -> instance.onAllow(allow, nowNanos()));
            forEachHost(instance -> instance.onStart(nowNanos()));
        });
    }

    /** Bows out, and gives up the addresses; done when it has asked for that. */
    Future<Void> shutdown() {
        Promise<Void> promise = Promise.promise();
        stopped = promise;
        input(() -> forEachHost(instance -> instance.onShutdown(nowNanos())));
        return promise.future();
    }

    Future<Void> close() {
        running = false;
        timer.cancel();
        return carpdevs.close();
    }

    boolean isRunning() {
        return running;
    }

    private void forEachHost(Function<CarpInstance, List<CarpAction>> input) {
        for (RunningHost host : hosts.values()) {
            host.perform(input.apply(host.instance()));
        }
    }

    void receive(Carpdev carpdev, ByteBuffer frame) {
        ArpRequest request = carpdev.arpAnswers().isNeeded() ? ArpRequest.parse(frame) : null;
        if (request != null) {
            answer(carpdev, request);
            return;
        }
        ParsedFrame parsed = carpdev.parser().parse(frame);
        if (!allow) {
            counters.countReceived(parsed);
            return;
        }
        counters.count(parsed);
        if (parsed instanceof RejectedFrame rejected) {
            log.badPacket(carpdev.name(), rejected.reason(), rejected.source(), nowNanos());
        } else if (parsed instanceof ReceivedAdvertisement received) {
            int vhid = received.advertisement().vhid();
            for (RunningHost host : hosts.values()) {
                if (host.carpdev() == carpdev && host.host().vhid() == vhid) {
                    host.receive(received, nowNanos());
                }
            }
        }
    }

    private void answer(Carpdev carpdev, ArpRequest request) {
        byte[] answer = carpdev.arpAnswers().answer(request, vhid -> holds(carpdev, vhid));
        if (answer != null) {
            carpdev.send(answer);
        }
    }

    private boolean holds(Carpdev carpdev, int vhid) {
        return hosts.values().stream()
                .anyMatch(host -> host.carpdev() == carpdev
                        && host.host().vhid() == vhid
                        && host.addresses().held() != null);
    }

    void onAddressGone(InetAddress address) {
        hosts.values().forEach(host -> host.addresses().onAddressGone(address, nowNanos()));
    }

    void onInterfaceDown(int ifindex) {
        hosts.values().forEach(host -> host.addresses().onInterfaceDown(ifindex, nowNanos()));
    }

    /** The link of a carpdev, or its socket, came or went. */
    void onLink(Carpdev carpdev) {
        boolean up = carpdev.isUp();
        if (up) {
            // First, since a demoted node waits longer for a master.
            undemote(DemotionSource.LINK, carpdev, "interface up");
            applyDemotions();
        }
        for (RunningHost host : hosts.values()) {
            if (host.carpdev() == carpdev) {
                host.perform(host.instance().onLink(up, nowNanos()));
            }
        }
        if (!up) {
            demote(DemotionSource.LINK, carpdev, options.linkDemotion(), "interface down");
        }
    }

    /** A carpdev can be used. That it carries a macvlan is tried with the first virtual host that needs one. */
    void onOpened(Carpdev carpdev) {
        for (RunningHost host : hosts.values()) {
            if (host.carpdev() == carpdev && host.host().attachment().mac() == MacMode.VIRTUAL) {
                host.addresses().rehearse();
                return;
            }
        }
    }

    private void demote(String source, Carpdev carpdev, int value, String reason) {
        DemotionSource raised = DemotionSource.of(source, carpdev.name(), value, reason, nowNanos());
        carpdev.groups().forEach(group -> demotion.raise(raised.inGroup(group)));
    }

    private void undemote(String source, Carpdev carpdev, String reason) {
        carpdev.groups().forEach(group -> demotion.clear(source, carpdev.name(), group, reason));
    }

    void onSending(Carpdev carpdev, SendErrorWatch.Change change, int errno) {
        if (change == SendErrorWatch.Change.BROKEN) {
            String reason = "send error " + Errno.describe(errno) + " on " + carpdev.name();
            demote(DemotionSource.SEND_ERRORS, carpdev, options.sendErrorDemotion(), reason);
        } else {
            undemote(DemotionSource.SEND_ERRORS, carpdev, "send ok on " + carpdev.name());
        }
    }

    void servicesReady() {
        forEachHost(instance -> instance.onServicesReady(nowNanos()));
    }

    /** Virtual hosts that are not configured in the same way here and there are not the same, and are left to their timers. */
    void peerResigned(Resignation resignation) {
        for (RunningHost host : hosts.values()) {
            if (host.host().resignation().equals(resignation)) {
                host.perform(host.instance().onResigned(nowNanos()));
            }
        }
    }

    void peerDied() {
        forEachHost(instance -> instance.onPeerDied(nowNanos()));
    }

    void peerSilent() {
        forEachHost(instance -> instance.onPeerSilent(nowNanos()));
    }

    void allowPreempt(boolean allowed) {
        preemptAllowed = allowed;
        hosts.values().forEach(this::applyDemotion);
    }

    void setAllow(boolean changed) {
        allow = changed;
        demoteByAllow();
        applyDemotions();
        forEachHost(instance -> instance.onAllow(changed, nowNanos()));
    }

    /** With allow 0 the node is demoted as if a link were down, as on FreeBSD. */
    private void demoteByAllow() {
        String reason = "net.inet.carp.allow is " + (allow ? 1 : 0);
        if (allow) {
            demotion.clear(DemotionSource.ALLOW, "", "", reason);
        } else {
            demotion.raise(DemotionSource.of(DemotionSource.ALLOW, "", options.linkDemotion(), reason, nowNanos()));
        }
    }

    void setPreempt(boolean changed) {
        preempt = changed;
        forEachHost(instance -> instance.onSettings(instance.settings().withPreempt(changed), nowNanos()));
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
        input(() -> hosts.values().forEach(host -> told.add(host.setArpBalance(changed))));
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

    private List<VirtualHost> virtualHosts() {
        return hosts.values().stream().map(RunningHost::host).toList();
    }

    // The timer.

    private void onTimer() {
        input(() -> {
            long nowNanos = nowNanos();
            demotion.onDeadline(nowNanos);
            carpdevs.onDeadline(nowNanos);
            for (RunningHost host : hosts.values()) {
                // The time now: sending for those before may take milliseconds, as the kernel receives in a sender's
                // time.
                host.onDeadline(nowNanos());
            }
        });
    }

    private long nextDeadlineNanos() {
        long earliest = Math.min(demotion.counters().nextDeadlineNanos(), carpdevs.nextDeadlineNanos());
        for (RunningHost host : hosts.values()) {
            earliest = Math.min(earliest, host.nextDeadlineNanos());
        }
        return earliest;
    }

    // For status.

    Carpdevs carpdevs() {
        return carpdevs;
    }

    NodeDemotion demotion() {
        return demotion;
    }

    @Nullable
    RunningHost host(String name) {
        return hosts.get(name);
    }

    CarpSnapshot snapshot() {
        List<VirtualHostStatus> statuses = new ArrayList<>();
        hosts.values().forEach(host -> statuses.add(host.status()));
        return new CarpSnapshot(
                nowNanos(),
                demotion.counters().total(),
                demotion.counters().suppressPreempt(),
                allow,
                preempt,
                log.level(),
                demotion.counters().sources(),
                statuses,
                CarpSnapshot.values(counters));
    }
}
