// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.auth.AddressSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The election of a node: its virtual hosts, its carpdevs and its demotion, as a machine that is told the time and what happened.
 *
 * <p>Each input gives the actions to perform, in order. {@link #nextDeadlineNanos} says when {@link #onDeadline} wants to be called; it may change with every input. {@code nowNanos}
 * is a monotonic time from any origin. A name that the node does not have is an {@link IllegalArgumentException}. Not thread-safe.
 */
public final class NodeElection {
    private final NodeSettings settings;
    private final RandomGenerator random;
    private final List<NodeAction> out = new ArrayList<>();
    private final NodeDemotion demotion = new NodeDemotion(out);
    private final NodeFaults faults;
    private final HandOver handOver = new HandOver(demotion);
    private final Map<String, HostElection> hosts = new LinkedHashMap<>();
    private final Map<String, CarpdevElection> carpdevs = new LinkedHashMap<>();
    private final TheGroup group = new TheGroup();
    private boolean allow;
    private boolean preempt;
    private final StallWatch stalls = new StallWatch();
    private final LeaseTimer leases = new LeaseTimer();
    private boolean preemptAllowed = true;
    private boolean servicesReady;
    /** The number of the judgement of the states that is awaited, or 0: until it comes nothing is known of them. */
    private int judgement;

    private int judgements;
    private boolean running;
    private boolean stopping;
    private long nowNanos;

    /** @param random draws the lots after a contest of equals */
    public NodeElection(List<ElectedHost> hosts, NodeSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.faults = new NodeFaults(settings, demotion);
        this.random = random;
        this.allow = settings.allow();
        this.preempt = settings.preempt();
        for (ElectedHost host : hosts) {
            AdvertTurn turn = new AdvertTurn(this.hosts.size(), hosts.size());
            this.hosts.put(host.name(), new HostElection(host, random, turn, out, group));
        }
        Map<String, List<ElectedHost>> byCarpdev = hosts.stream()
                .collect(Collectors.groupingBy(ElectedHost::carpdev, LinkedHashMap::new, Collectors.toList()));
        byCarpdev.forEach((name, on) -> carpdevs.put(name, new CarpdevElection(name, on, out)));
    }

    // The life of the node.

    /** Starts. What is known of the carpdevs by then counts from the start. */
    public List<NodeAction> onStart(long now) {
        running = true;
        return input(now, () -> {
            settings.initialDemotion().forEach(demotion::raise);
            faults.onAllow(allow, nowNanos);
            for (CarpdevElection carpdev : carpdevs.values()) {
                if (!carpdev.isPresent()) {
                    out.add(new NodeAction.Report("carpdev " + carpdev.name() + " does not exist"));
                }
                settleLink(carpdev);
            }
            hosts.values().forEach(this::applyDemotion);
            forEachHost(instance -> instance.onAllow(allow, now));
            forEachHost(instance -> instance.onStart(now));
        });
    }

    /** Bows out, and gives up the addresses; {@link NodeAction.Stopped} tells when that is done. */
    public List<NodeAction> onShutdown(long now) {
        stopping = true;
        return input(now, () -> forEachHost(instance -> instance.onShutdown(now)));
    }

    /** The time of {@link #nextDeadlineNanos} has come: does what is due first. */
    public List<NodeAction> onDeadline(long now) {
        return input(now, () -> {
            demotion.onDeadline(now);
            for (CarpdevElection carpdev : carpdevs.values()) {
                if (carpdev.onDeadline(now)) {
                    settleLink(carpdev);
                }
            }
            if (leases.takeDue(now)) {
                out.add(new NodeAction.RenewLeases());
            }
            for (HostElection host : hosts.values()) {
                if (now >= host.upAtNanos()) {
                    up(host);
                }
            }
            HostElection first = firstDue();
            if (first != null) {
                onDeadline(first);
            }
        });
    }

    private @Nullable HostElection firstDue() {
        for (HostElection host : hosts.values()) {
            if (nowNanos >= host.nextDeadlineNanos() && !stalls.isReading()) {
                return host;
            }
        }
        return null;
    }

    private void onDeadline(HostElection host) {
        boolean first = host.instance().isWaiting() || host.instance().isOverdue(nowNanos);
        if (stalls.mustRead(host.nextDeadlineNanos(), first, nowNanos)) {
            read();
        } else {
            host.onDeadline(nowNanos);
        }
    }

    /** Whether something is so late that others may have spoken meanwhile. */
    private boolean isLate() {
        for (HostElection host : hosts.values()) {
            long dueNanos = host.nextDeadlineNanos();
            if (nowNanos >= dueNanos && !stalls.isReading() && stalls.mustRead(dueNanos, false, nowNanos)) {
                return true;
            }
        }
        return false;
    }

    private void read() {
        stalls.begin();
        hosts.values().forEach(host -> host.instance().onReading(true));
        out.add(new NodeAction.ReadSockets());
    }

    /** The answer to {@link NodeAction.ReadSockets}: what waited in the sockets was handed over. */
    public List<NodeAction> onSocketsRead(long now) {
        return input(now, () -> {
            stalls.end(now);
            hosts.values().forEach(host -> host.instance().onReading(false));
        });
    }

    /** When {@link #onDeadline} is next wanted, or {@link CarpInstance#NEVER}. It may be wanted again at once: each virtual host has its own time of sending. */
    public long nextDeadlineNanos() {
        long earliest = Math.min(demotion.counters().nextDeadlineNanos(), leases.nextDeadlineNanos());
        for (CarpdevElection carpdev : carpdevs.values()) {
            earliest = Math.min(earliest, carpdev.nextDeadlineNanos());
        }
        for (HostElection host : hosts.values()) {
            earliest = Math.min(earliest, host.upAtNanos());
            earliest = stalls.isReading() ? earliest : Math.min(earliest, host.nextDeadlineNanos());
        }
        return earliest;
    }

    // Stalls.

    /**
     * This process slept for longer than its peers wait for it, or the leases of its addresses last. It is as one that has just been started: backup until it has listened, and it displaces nobody
     * until its states are judged anew. It says nothing meanwhile.
     */
    private void onStall() {
        out.add(new NodeAction.Report(
                "this node stood still for longer than its peers wait: it is backup until it has heard them"));
        for (HostElection host : hosts.values()) {
            host.perform(host.instance().onStall(nowNanos), nowNanos);
        }
        judgements++;
        judgement = judgements;
        out.add(new NodeAction.JudgeStates(judgement));
        hosts.values().forEach(this::applyDemotion);
        if (!stalls.isReading()) {
            read();
        }
    }

    /** The answer to {@link NodeAction.JudgeStates}: {@link #onPreemptAllowed} has told what is known of the states since. One to an earlier request has no effect. */
    public List<NodeAction> onStatesJudged(int request, long now) {
        return input(now, () -> {
            if (request == judgement) {
                judgement = 0;
                hosts.values().forEach(this::applyDemotion);
            }
        });
    }

    // Carpdevs.

    /** An interface is now this one, and can pass frames or not; ifindex 0 where there is none of its name. */
    public List<NodeAction> onCarpdev(String name, int ifindex, boolean up, long now) {
        return input(now, () -> {
            CarpdevElection carpdev = carpdev(name);
            carpdev.onStatus(ifindex, up, now);
            if (running) {
                settleLink(carpdev);
                carpdev.settleSocket();
            }
        });
    }

    /** A socket is open on the interface with this index. */
    public List<NodeAction> onOpened(String name, int ifindex, long now) {
        return input(now, () -> {
            CarpdevElection carpdev = carpdev(name);
            carpdev.onOpened(ifindex);
            ElectedHost rehearsed = carpdev.rehearsed();
            if (rehearsed != null && !host(rehearsed.name()).addresses().isWanted()) {
                out.add(new NodeAction.Rehearse(rehearsed.name()));
            }
            if (running) {
                settleLink(carpdev);
                carpdev.settleSocketAfterOpening();
            }
        });
    }

    /** No socket could be opened; it is tried again. */
    public List<NodeAction> onOpenFailed(String name, String why, long now) {
        return input(now, () -> {
            carpdev(name).onOpenFailed(now);
            out.add(new NodeAction.Report("open " + name + ": " + why));
        });
    }

    /**
     * An advertisement or a probe was sent, or not.
     *
     * @param error why not, asked for when it is to be told; null where it was sent
     */
    public List<NodeAction> onSent(String name, @Nullable Supplier<String> error, long now) {
        return input(now, () -> {
            CarpdevElection carpdev = carpdev(name);
            SendErrorWatch.Change change = carpdev.onSent(error == null, now);
            if (change == SendErrorWatch.Change.REPAIRED) {
                faults.sendingRepaired(carpdev);
            } else if (change == SendErrorWatch.Change.BROKEN && error != null) {
                faults.sendingBroken(carpdev, error.get(), now);
            }
        });
    }

    /** The link of a carpdev, or its socket, came or went, or is as it was. */
    private void settleLink(CarpdevElection carpdev) {
        boolean up = carpdev.isUp();
        if (up) {
            // First, since a demoted node waits longer for a master.
            faults.linkUp(carpdev);
            applyDemotions();
        }
        for (HostElection host : hosts.values()) {
            if (host.host().carpdev().equals(carpdev.name())) {
                host.perform(host.instance().onLink(up, nowNanos), nowNanos);
            }
        }
        if (!up) {
            faults.linkDown(carpdev, nowNanos);
        }
    }

    // Virtual hosts.

    /** An authentic advertisement of the vhid by another node, which came the right way. */
    public List<NodeAction> onAdvertisement(String name, PeerAdvertisement advertisement, long now) {
        return input(now, () -> {
            HostElection host = host(name);
            if (host.instance().isOverdue(now) && !advertisement.isBowOut()) {
                // Somebody has replaced this master while it slept.
                onStall();
            }
            handOver.onAdvertisement(host, advertisement);
            applyDemotions();
            host.perform(host.instance().onAdvertisement(advertisement, now), now);
        });
    }

    /** An advertisement of the vhid that is not authentic, which says this of its sender. */
    public List<NodeAction> onStranger(String name, int advbase, int advskew, long now) {
        return onHost(name, now, instance -> instance.onStranger(advbase, advskew, now));
    }

    /** The answer to {@link NodeAction.RequestStates}. */
    public List<NodeAction> onStatesReady(String name, int request, long now) {
        return onHost(name, now, instance -> instance.onStatesReady(request, now));
    }

    /**
     * The answer to {@link NodeAction.TakeAddresses}: the addresses are there.
     *
     * @param changed whether something had to be done for that
     */
    public List<NodeAction> onTaken(String name, int attempt, boolean changed, long now) {
        return input(now, () -> {
            HostElection host = host(name);
            host.onTaken(attempt, changed, now);
            if (host.addresses().isAble()) {
                faults.able(host.host(), "addresses taken");
            }
        });
    }

    /** The other answer to {@link NodeAction.TakeAddresses}: nothing of it is left. The virtual host is demoted until a rehearsal succeeds. */
    public List<NodeAction> onTakeFailed(String name, int attempt, String why, long now) {
        return input(now, () -> {
            HostElection host = host(name);
            if (host.addresses().awaits(attempt)) {
                faults.unable(host.host(), "take addresses: " + why, now);
                host.onTakeFailed(why, now);
            }
        });
    }

    /**
     * The answer to {@link NodeAction.Rehearse}.
     *
     * @param why it failed, or null
     */
    public List<NodeAction> onRehearsed(String name, @Nullable String why, long now) {
        return input(now, () -> {
            HostElection host = host(name);
            if (host.onRehearsed(why == null, why == null ? "" : why, now)) {
                if (why == null) {
                    faults.able(host.host(), "a takeover is possible again");
                } else {
                    faults.unable(host.host(), "a takeover would fail: " + why, now);
                }
            }
        });
    }

    /** How the addresses are to be held has changed: they are taken once more, where they are held. */
    public List<NodeAction> onPlanChanged(String name, long now) {
        return input(now, () -> {
            HostElection host = host(name);
            if (host.addresses().isWanted()) {
                host.take(now);
            }
        });
    }

    /** Addresses that this node holds were taken away, or their interface went down. */
    public List<NodeAction> onDisturbed(String name, long now) {
        return input(now, () -> host(name).addresses().onDisturbed(now));
    }

    /**
     * A virtual host is nudged by hand. With preempt the others of its group go with it: a way out through one node and back through another would break most connections.
     *
     * @param alone whether the others stay where they are
     * @param upAtNanos when {@link Nudge#DOWN} ends by itself, or {@link CarpInstance#NEVER}; without meaning for the others
     */
    public List<NodeAction> onNudge(String name, Nudge nudge, boolean alone, long upAtNanos, long now) {
        return input(now, () -> {
            HostElection host = host(name);
            boolean together = preempt && !alone;
            switch (nudge) {
                case UP -> up(host);
                case DOWN -> {
                    host.nudge(nudge, upAtNanos, now);
                    if (together && hosts.values().stream().anyMatch(other -> other != host && isWith(host, other))) {
                        demotion.raise(DemotionSource.down(host.host(), now));
                    }
                }
                case MASTER, BACKUP ->
                    hosts.values().stream()
                            .filter(other -> other == host || (together && isWith(host, other)))
                            .forEach(other -> other.nudge(nudge, upAtNanos, now));
            }
        });
    }

    private static boolean isWith(HostElection host, HostElection other) {
        return host.host().isWith(other.host());
    }

    private void up(HostElection host) {
        demotion.clear(
                DemotionSource.VHID,
                host.host().name(),
                host.host().group(),
                host.host().name() + " is up");
        applyDemotions();
        host.nudge(Nudge.UP, CarpInstance.NEVER, nowNanos);
    }

    private final class TheGroup implements HostElection.Group {
        /** What one virtual host misses the others of its group need not miss for as long: a node that died mostly had them all. */
        @Override
        public void onMasterSilent(HostElection silent) {
            others(silent).forEach(host -> host.perform(host.instance().onPeerDied(nowNanos), nowNanos));
        }

        @Override
        public void onMasterDisplaced(HostElection displacing) {
            if (preempt) {
                others(displacing).forEach(host -> host.perform(host.instance().onMasterDisplaced(nowNanos), nowNanos));
            }
        }

        private List<HostElection> others(HostElection one) {
            return hosts.values().stream()
                    .filter(host -> host != one && isWith(host, one))
                    .toList();
        }
    }

    // Peers, on another path.

    /**
     * A peer that was master says that it leaves. Virtual hosts that are not configured in the same way here and there are not the same, and are left to their timers.
     *
     * @param addresses the digest of the virtual addresses, {@link AddressSet#digest}
     */
    public List<NodeAction> onResigned(int vhid, long addresses, long now) {
        return input(now, () -> {
            for (HostElection host : hosts.values()) {
                if (host.host().vhid() == vhid && host.host().addresses().digest() == addresses) {
                    host.perform(host.instance().onResigned(now), now);
                }
            }
        });
    }

    /** A peer that may have been the master seems to have died just now. */
    public List<NodeAction> onPeerDied(long now) {
        return input(now, () -> forEachHost(instance -> instance.onPeerDied(now)));
    }

    /** A peer fell silent without a word, and may have been the master. */
    public List<NodeAction> onPeerSilent(long now) {
        return input(now, () -> forEachHost(instance -> instance.onPeerSilent(now)));
    }

    /** Whether the node may displace a living master, as far as something else than its demotion decides that. It may until told. */
    public List<NodeAction> onPreemptAllowed(boolean allowed, long now) {
        return input(now, () -> {
            preemptAllowed = allowed;
            hosts.values().forEach(this::applyDemotion);
        });
    }

    // The administrator.

    /** Adds a source of demotion, or replaces the one of its name, subject and group. */
    public List<NodeAction> onDemotionRaised(DemotionSource source, long now) {
        return input(now, () -> demotion.raise(source));
    }

    /** Ends a source of demotion, if it is there. */
    public List<NodeAction> onDemotionCleared(String name, String subject, String group, String reason, long now) {
        return input(now, () -> demotion.clear(name, subject, group, reason));
    }

    /** Adds to the administrator's own source. */
    public List<NodeAction> onDemotionAdded(int delta, String reason, long now) {
        return input(now, () -> demotion.add(delta, reason, now));
    }

    /**
     * A planned failover, for which {@link DemotionSource#failover} was raised, has come about: another node is master of all of these. The demotion stays until this node is master again, or the
     * other one advertises less fitness than now.
     */
    public List<NodeAction> onHandedOver(Collection<String> names, long now) {
        return input(
                now,
                () -> handOver.done(names.stream()
                        .filter(hosts::containsKey)
                        .map(hosts::get)
                        .toList()));
    }

    /** The services of the node are ready: the hold-off of the start is over. */
    public List<NodeAction> onServicesReady(long now) {
        return input(now, () -> {
            servicesReady = true;
            forEachHost(instance -> instance.onServicesReady(now));
        });
    }

    /** net.inet.carp.allow. */
    public List<NodeAction> onAllow(boolean changed, long now) {
        return input(now, () -> {
            allow = changed;
            faults.onAllow(allow, nowNanos);
            applyDemotions();
            forEachHost(instance -> instance.onAllow(changed, now));
        });
    }

    /** net.inet.carp.preempt. */
    public List<NodeAction> onPreempt(boolean changed, long now) {
        return input(now, () -> {
            preempt = changed;
            forEachHost(instance -> instance.onSettings(instance.settings().withPreempt(changed), now));
        });
    }

    // The configuration.

    /**
     * Faults add something else to the demotion from now on; those of links at once, the others when they come again.
     *
     * @param link each carpdev without link, 0 or more
     * @param other each carpdev on which sending fails, and each virtual host whose addresses cannot be taken, 0 or more
     */
    public List<NodeAction> onFaultDemotions(int link, int other, long now) {
        return input(now, () -> {
            faults.setDemotions(link, other);
            for (CarpdevElection carpdev : carpdevs.values()) {
                if (!carpdev.isUp()) {
                    faults.linkDown(carpdev, now);
                }
            }
        });
    }

    /** A virtual host comes. Where it is the first of its carpdev, {@link #onCarpdev} is to tell of that next. The name must be a new one. */
    public List<NodeAction> onHostAdded(ElectedHost added, long now) {
        if (hosts.containsKey(added.name())) {
            throw new IllegalArgumentException("there is a virtual host " + added.name());
        }
        return input(now, () -> {
            AdvertTurn turn = new AdvertTurn(hosts.size(), hosts.size() + 1);
            HostElection host = new HostElection(added, random, turn, out, group);
            hosts.put(added.name(), host);
            CarpdevElection carpdev =
                    carpdevs.computeIfAbsent(added.carpdev(), name -> new CarpdevElection(name, List.of(), out));
            regroup(carpdev);
            applyDemotion(host);
            host.perform(host.instance().onAllow(allow, now), now);
            host.perform(host.instance().onLink(carpdev.isUp(), now), now);
            host.perform(host.instance().onStart(now), now);
            if (servicesReady) {
                host.perform(host.instance().onServicesReady(now), now);
            }
        });
    }

    /** A virtual host goes: it bows out and gives up its addresses, as at the end of the node. {@link NodeAction.HostGone} tells when that is done. */
    public List<NodeAction> onHostRemoved(String name, long now) {
        return input(now, () -> {
            HostElection host = host(name);
            host.depart();
            host.perform(host.instance().onShutdown(now), now);
        });
    }

    /**
     * A virtual host is another one in some respects, and goes on in its state. Its name, vhid and carpdev are the same, and so is what is on the wire but for
     * the times; otherwise that is an {@link IllegalArgumentException}.
     */
    public List<NodeAction> onHostChanged(ElectedHost changed, long now) {
        HostElection host = host(changed.name());
        ElectedHost before = host.host();
        if (!before.subject().equals(changed.subject())) {
            throw new IllegalArgumentException(before.subject() + " cannot become " + changed.subject());
        }
        return input(now, () -> {
            host.change(changed);
            regroup(carpdev(changed.carpdev()));
            if (!before.settings().equals(changed.settings())) {
                host.perform(host.instance().onSettings(changed.settings().withPreempt(preempt), now), now);
            }
            applyDemotion(host);
            if (before.addresses().digest() != changed.addresses().digest()
                    && host.addresses().isWanted()) {
                host.take(now);
            }
        });
    }

    /** The virtual hosts of a carpdev are others now: its faults demote the groups that these are in. */
    private void regroup(CarpdevElection carpdev) {
        Set<String> before = carpdev.groups();
        carpdev.setHosts(hosts.values().stream()
                .map(HostElection::host)
                .filter(host -> host.carpdev().equals(carpdev.name()))
                .toList());
        for (String group : before) {
            if (!carpdev.groups().contains(group)) {
                demotion.clear(DemotionSource.LINK, carpdev.name(), group, "no virtual host of it is on the carpdev");
                demotion.clear(
                        DemotionSource.SEND_ERRORS, carpdev.name(), group, "no virtual host of it is on the carpdev");
            }
        }
        if (running && !carpdev.isUp()) {
            faults.linkDown(carpdev, nowNanos);
        }
    }

    /** The answer to {@link NodeAction.HostGone}: the node does not know the virtual host any longer, nor its carpdev where it was the last one there. */
    public List<NodeAction> onHostForgotten(String name, long now) {
        return input(now, () -> {
            HostElection host = host(name);
            hosts.remove(name);
            faults.able(host.host(), "the virtual host is gone");
            demotion.clear(DemotionSource.VHID, name, host.host().group(), "the virtual host is gone");
            CarpdevElection carpdev = carpdev(host.host().carpdev());
            regroup(carpdev);
            if (carpdev.isUnused()) {
                carpdevs.remove(carpdev.name());
                out.add(new NodeAction.CloseSocket(carpdev.name()));
            }
        });
    }

    /** Whether a virtual host is on a carpdev. */
    public boolean hasCarpdev(String name) {
        return carpdevs.containsKey(name);
    }

    private void tellDeparted() {
        for (HostElection host : hosts.values()) {
            if (host.takeDeparted()) {
                out.add(new NodeAction.HostGone(host.host().name()));
            }
        }
    }

    // Demotion.

    private void applyDemotions() {
        while (demotion.takeChanged()) {
            hosts.values().forEach(this::applyDemotion);
        }
    }

    private void applyDemotion(HostElection host) {
        String group = host.host().group();
        boolean free = preemptAllowed && judgement == 0 && demotion.counters().suppressPreemptFor(group) == 0;
        host.perform(host.instance().onPreemptAllowed(free, nowNanos), nowNanos);
        host.perform(host.instance().onDemotion(demotion.counters().totalFor(group), nowNanos), nowNanos);
    }

    // The shape of an input.

    /** Runs what came in, lets the demotion reach every virtual host, and gives the actions. */
    private List<NodeAction> input(long now, Runnable what) {
        nowNanos = now;
        if (running && leases.isExpired(now)) {
            onStall();
        } else if (running && isLate()) {
            read();
        }
        what.run();
        tellDeparted();
        handOver.review(hosts.values());
        applyDemotions();
        leases.settle(hosts.values().stream().anyMatch(HostElection::holdsAddresses), now);
        if (stopping
                && hosts.values().stream().noneMatch(host -> host.instance().isLeaving())) {
            stopping = false;
            running = false;
            out.add(new NodeAction.Stopped());
        }
        List<NodeAction> actions = List.copyOf(out);
        out.clear();
        return actions;
    }

    private List<NodeAction> onHost(String name, long now, Function<CarpInstance, List<CarpAction>> what) {
        return input(now, () -> {
            HostElection host = host(name);
            host.perform(what.apply(host.instance()), now);
        });
    }

    private void forEachHost(Function<CarpInstance, List<CarpAction>> what) {
        for (HostElection host : hosts.values()) {
            host.perform(what.apply(host.instance()), nowNanos);
        }
    }

    private CarpdevElection carpdev(String name) {
        CarpdevElection carpdev = carpdevs.get(name);
        if (carpdev == null) {
            throw new IllegalArgumentException("no carpdev " + name);
        }
        return carpdev;
    }

    // To read.

    /** The virtual host of a name. */
    public HostElection host(String name) {
        HostElection host = hosts.get(name);
        if (host == null) {
            throw new IllegalArgumentException("no virtual host " + name);
        }
        return host;
    }

    /** In the order of the configuration. */
    public Collection<HostElection> hosts() {
        return Collections.unmodifiableCollection(hosts.values());
    }

    /** The counters, to read only. */
    public Demotion demotion() {
        return demotion.counters();
    }

    public boolean isAllowed() {
        return allow;
    }

    public boolean preempts() {
        return preempt;
    }

    /** From the start to the end. */
    public boolean isRunning() {
        return running;
    }
}
