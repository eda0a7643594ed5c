// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.CarpAction;
import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.Demotion;
import io.mirrorcarp.carp.election.DemotionChange;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.election.SendErrorWatch;
import io.mirrorcarp.carp.io.AddressPlan;
import io.mirrorcarp.carp.io.VirtualAddresses;
import io.mirrorcarp.carp.packet.CarpCounters;
import io.mirrorcarp.carp.packet.ParsedFrame;
import io.mirrorcarp.carp.packet.ReceivedAdvertisement;
import io.mirrorcarp.carp.packet.RejectedFrame;
import io.mirrorcarp.netio.Errno;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The running node: its virtual hosts, its carpdevs and its demotion, with one timer for the earliest deadline of all. Everything happens on
 * one context. Whatever comes in goes through {@link #input}, which lets a change of the demotion reach every virtual host, and arms the timer.
 */
final class CarpNode implements Carpdev.Owner {
    /** The demotion source of a node that cannot take its addresses. */
    static final String ADDRESSES = "addresses";

    private static final int TAKE_FAILURES = 3;
    private static final long TAKE_PENALTY_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long NO_TIMER = -1;

    private final Context context;
    private final CarpOptions options;
    private final VirtualAddresses addresses;
    private final CarpListener listener;
    private final Supplier<Future<Void>> statesReady;
    private final CarpLog log;
    private final CarpCounters counters = new CarpCounters();
    private final Demotion demotion = new Demotion();
    private final Map<String, Carpdev> carpdevs = new LinkedHashMap<>();
    private final Map<String, RunningHost> hosts = new LinkedHashMap<>();
    private boolean allow;
    private boolean preempt;
    private boolean demotionChanged;
    private long timer = NO_TIMER;
    private long timerAtNanos = CarpInstance.NEVER;

    CarpNode(
            Context context,
            List<VirtualHost> virtualHosts,
            CarpOptions options,
            VirtualAddresses addresses,
            CarpListener listener,
            Supplier<Future<Void>> statesReady) {
        this.context = context;
        this.options = options;
        this.addresses = addresses;
        this.listener = listener;
        this.statesReady = statesReady;
        this.log = new CarpLog(listener, options.logLevel());
        this.allow = options.allow();
        this.preempt = virtualHosts.stream().allMatch(host -> host.settings().preempt());
        RandomGenerator random = new SecureRandom();
        Map<String, List<VirtualHost>> byCarpdev = virtualHosts.stream()
                .collect(Collectors.groupingBy(VirtualHost::carpdev, LinkedHashMap::new, Collectors.toList()));
        byCarpdev.forEach((name, on) -> carpdevs.put(name, new Carpdev(name, on, this)));
        for (VirtualHost host : virtualHosts) {
            Carpdev carpdev = carpdevs.get(host.carpdev());
            if (carpdev != null) {
                hosts.put(host.name(), new RunningHost(host, carpdev, this, random));
            }
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
        return new AddressWork(context, addresses, plan, outcome);
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

    void stateChanged(StateChange change) {
        log.change(change.text());
        listener.onStateChange(change);
    }

    void takeFailed(VirtualHost host, Throwable failure, int inARow) {
        String what = "VHID " + host.subject() + ": take addresses: " + failure.getMessage();
        if (Integer.bitCount(inARow) == 1) {
            log.trouble(what);
        }
        input(() -> {
            if (inARow == TAKE_FAILURES) {
                long nowNanos = nowNanos();
                raise(DemotionSource.of(ADDRESSES, host.subject(), options.sendErrorDemotion(), what, nowNanos)
                        .until(nowNanos + TAKE_PENALTY_NANOS));
            }
        });
    }

    // Inputs. Each runs within input().

    /** Runs what came in, lets the demotion reach every virtual host, and arms the timer. */
    void input(Runnable what) {
        what.run();
        while (demotionChanged) {
            demotionChanged = false;
            hosts.values().forEach(this::applyDemotion);
        }
        armTimer();
    }

    private void applyDemotion(RunningHost host) {
        long nowNanos = nowNanos();
        CarpInstance instance = host.instance();
        host.perform(instance.onPreemptAllowed(demotion.suppressPreempt() == 0, nowNanos));
        host.perform(instance.onDemotion(demotion.totalFor(host.host().group()), nowNanos));
    }

    void start() {
        options.initialDemotion().forEach(this::raise);
        for (Carpdev carpdev : carpdevs.values()) {
            applyLink(carpdev);
        }
        hosts.values().forEach(this::applyDemotion);
        forEachHost(instance -> instance.onAllow(allow, nowNanos()));
        forEachHost(instance -> instance.onStart(nowNanos()));
    }

    void shutdown() {
        forEachHost(instance -> instance.onShutdown(nowNanos()));
    }

    private void forEachHost(Function<CarpInstance, List<CarpAction>> input) {
        for (RunningHost host : hosts.values()) {
            host.perform(input.apply(host.instance()));
        }
    }

    void receive(Carpdev carpdev, ByteBuffer frame) {
        if (!allow) {
            return;
        }
        ParsedFrame parsed = carpdev.parser().parse(frame);
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

    /** The link of a carpdev, or its socket, came or went. */
    void applyLink(Carpdev carpdev) {
        boolean up = carpdev.isUp();
        for (RunningHost host : hosts.values()) {
            if (host.carpdev() == carpdev) {
                host.perform(host.instance().onLink(up, nowNanos()));
            }
        }
        if (up) {
            clear(DemotionSource.LINK, carpdev.name(), "interface up");
        } else {
            raise(DemotionSource.of(
                    DemotionSource.LINK, carpdev.name(), options.linkDemotion(), "interface down", nowNanos()));
        }
    }

    @Override
    public void onSending(Carpdev carpdev, SendErrorWatch.Change change, int errno) {
        if (change == SendErrorWatch.Change.BROKEN) {
            String reason = "send error " + Errno.describe(errno) + " on " + carpdev.name();
            raise(DemotionSource.of(
                    DemotionSource.SEND_ERRORS, carpdev.name(), options.sendErrorDemotion(), reason, nowNanos()));
        } else {
            clear(DemotionSource.SEND_ERRORS, carpdev.name(), "send ok on " + carpdev.name());
        }
    }

    void raise(DemotionSource source) {
        demoted(demotion.raise(source));
    }

    void clear(String name, String subject, String reason) {
        demoted(demotion.clear(name, subject, reason));
    }

    void addDemotion(int delta, String reason) {
        demoted(demotion.add(delta, reason, nowNanos()));
    }

    private void demoted(@Nullable DemotionChange change) {
        demotionChanged = true;
        if (change != null) {
            log.change(change.text());
        }
    }

    void setAllow(boolean changed) {
        allow = changed;
        forEachHost(instance -> instance.onAllow(changed, nowNanos()));
    }

    void setPreempt(boolean changed) {
        preempt = changed;
        forEachHost(instance -> instance.onSettings(instance.settings().withPreempt(changed), nowNanos()));
    }

    // The timer.

    private void onTimer() {
        timer = NO_TIMER;
        timerAtNanos = CarpInstance.NEVER;
        input(() -> {
            long nowNanos = nowNanos();
            demotion.onDeadline(nowNanos).forEach(this::demoted);
            carpdevs.values().forEach(carpdev -> carpdev.onDeadline(nowNanos));
            hosts.values().forEach(host -> host.onDeadline(nowNanos));
        });
    }

    /** A timer that is armed for an earlier time stays: it fires in vain, and is armed again then. */
    private void armTimer() {
        long earliest = demotion.nextDeadlineNanos();
        for (Carpdev carpdev : carpdevs.values()) {
            earliest = Math.min(earliest, carpdev.nextDeadlineNanos());
        }
        for (RunningHost host : hosts.values()) {
            earliest = Math.min(earliest, host.nextDeadlineNanos());
        }
        if (earliest >= timerAtNanos) {
            return;
        }
        cancelTimer();
        timerAtNanos = earliest;
        long delayNanos = Math.max(0, earliest - nowNanos());
        long delayMillis = TimeUnit.NANOSECONDS.toMillis(delayNanos + 999_999);
        timer = context.owner().setTimer(Math.max(1, delayMillis), id -> onTimer());
    }

    void cancelTimer() {
        if (timer != NO_TIMER) {
            context.owner().cancelTimer(timer);
            timer = NO_TIMER;
            timerAtNanos = CarpInstance.NEVER;
        }
    }

    // For status.

    Collection<Carpdev> carpdevs() {
        return carpdevs.values();
    }

    @Nullable
    Carpdev carpdev(String name) {
        return carpdevs.get(name);
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
                demotion.total(),
                demotion.suppressPreempt(),
                allow,
                preempt,
                log.level(),
                demotion.sources(),
                statuses,
                CarpSnapshot.values(counters));
    }
}
