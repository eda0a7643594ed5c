// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.auth.AddressSet;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The election of a node: its virtual hosts, its carpdevs and its demotion, as a machine that is told the time and what happened.
 *
 * <p>Each input gives the actions to perform, in order. {@link #nextDeadlineNanos} says when {@link #onDeadline} wants to be called; it may change with every input. {@code nowNanos}
 * is a monotonic time from any origin. A name that the node does not have is an {@link IllegalArgumentException}. Not thread-safe.
 */
public final class NodeElection {
    private final NodeSettings settings;
    private final NodeParts node;
    private final NodePermission permission;
    private final NodeGroups groups;
    private final NodeStalls stalls;
    private final NodeLinks links;
    private final NodeMembership membership;
    private final HandOver handOver;
    private final CommonSilence silence;
    private boolean stopping;

    /** @param random draws the lots after a contest of equals */
    public NodeElection(List<ElectedHost> hosts, NodeSettings settings, RandomGenerator random) {
        this.settings = settings;
        node = new NodeParts(settings);
        permission = new NodePermission(node);
        groups = new NodeGroups(node, permission);
        stalls = new NodeStalls(node, permission);
        links = new NodeLinks(node, permission);
        membership = new NodeMembership(node, permission, groups, random);
        handOver = new HandOver(node.demotion);
        silence = new CommonSilence(node);
        membership.begin(hosts);
    }

    // The life of the node.

    /** Starts. What is known of the carpdevs by then counts from the start. */
    public List<NodeAction> onStart(long now) {
        node.running = true;
        return input(now, () -> {
            settings.initialDemotion().forEach(node.demotion::raise);
            node.faults.onAllow(node.allow, now);
            links.onStart();
            permission.applyToAll();
            node.tellAll(instance -> instance.onAllow(node.allow, now));
            node.tellAll(instance -> instance.onStart(now));
        });
    }

    /** Bows out, and gives up the addresses; {@link NodeAction.Stopped} tells when that is done. */
    public List<NodeAction> onShutdown(long now) {
        stopping = true;
        return input(now, () -> node.tellAll(instance -> instance.onShutdown(now)));
    }

    /** The time of {@link #nextDeadlineNanos} has come: does what is due first. */
    public List<NodeAction> onDeadline(long now) {
        return input(now, () -> {
            node.demotion.onDeadline(now);
            links.onDeadline();
            stalls.onDeadline();
            groups.onDeadline();
            silence.onDeadline();
            stalls.onHostDeadline();
        });
    }

    /** The answer to {@link NodeAction.ReadSockets}: what waited in the sockets was handed over. */
    public List<NodeAction> onSocketsRead(long now) {
        return input(now, stalls::onSocketsRead);
    }

    /** When {@link #onDeadline} is next wanted, or {@link CarpInstance#NEVER}. It may be wanted again at once: each virtual host has its own time of sending. */
    public long nextDeadlineNanos() {
        long ownNanos = Math.min(node.demotion.counters().nextDeadlineNanos(), stalls.nextDeadlineNanos());
        return Math.min(ownNanos, Math.min(links.nextDeadlineNanos(), silence.nextDeadlineNanos()));
    }

    /** The answer to {@link NodeAction.JudgeStates}: {@link #onPreemptAllowed} has told what is known of the states since. One to an earlier request has no effect. */
    public List<NodeAction> onStatesJudged(int request, long now) {
        return input(now, () -> permission.judged(request));
    }

    // Carpdevs.

    /** An interface is now this one, and can pass frames or not; ifindex 0 where there is none of its name. */
    public List<NodeAction> onCarpdev(String name, int ifindex, boolean up, long now) {
        return input(now, () -> links.onCarpdev(node.carpdev(name), ifindex, up));
    }

    /** A socket is open on the interface with this index. */
    public List<NodeAction> onOpened(String name, int ifindex, long now) {
        return input(now, () -> links.onOpened(node.carpdev(name), ifindex));
    }

    /** No socket could be opened; it is tried again. */
    public List<NodeAction> onOpenFailed(String name, String why, long now) {
        return input(now, () -> {
            node.carpdev(name).onOpenFailed(now);
            node.out.add(new NodeAction.Report("open " + name + ": " + why));
        });
    }

    /**
     * An advertisement or a probe was sent, or not.
     *
     * @param error why not, asked for when it is to be told; null where it was sent
     */
    public List<NodeAction> onSent(String name, @Nullable Supplier<String> error, long now) {
        return input(now, () -> links.onSent(node.carpdev(name), error));
    }

    // Virtual hosts.

    /** An authentic advertisement of the vhid by another node, which came the right way. */
    public List<NodeAction> onAdvertisement(String name, PeerAdvertisement advertisement, long now) {
        return input(now, () -> {
            HostElection host = node.host(name);
            stalls.onAdvertisement(host, advertisement);
            handOver.onAdvertisement(host, advertisement);
            permission.applyChanges();
            permission.onAdvertisement(host, advertisement);
            silence.onAdvertisement(host);
            node.tell(host, instance -> instance.onAdvertisement(advertisement, now));
        });
    }

    /** An advertisement of the vhid that is not authentic, which says this of its sender. */
    public List<NodeAction> onStranger(String name, Bid bid, long now) {
        return onHost(name, now, instance -> instance.onStranger(bid, now));
    }

    /** The answer to {@link NodeAction.RequestStates}. It counts for all virtual hosts that asked until that moment, so that those of a group are taken together. */
    public List<NodeAction> onStatesReady(String name, int request, long now) {
        return input(now, () -> {
            HostElection host = node.host(name);
            long askedAtNanos = host.instance().statesAskedAtNanos(request);
            node.tell(host, instance -> instance.onStatesReady(request, now));
            if (askedAtNanos != CarpInstance.NEVER) {
                node.tellAll(instance -> instance.onStatesOf(askedAtNanos, now));
            }
        });
    }

    /**
     * The answer to {@link NodeAction.TakeAddresses}: the addresses are there.
     *
     * @param changed whether something had to be done for that
     */
    public List<NodeAction> onTaken(String name, int attempt, boolean changed, long now) {
        return input(now, () -> {
            HostElection host = node.host(name);
            stalls.onTaken(host, () -> taken(host, attempt, changed));
        });
    }

    private void taken(HostElection host, int attempt, boolean changed) {
        host.onTaken(attempt, changed, node.nowNanos);
        if (host.addresses().isAble()) {
            node.faults.able(host.host(), "addresses taken");
        }
    }

    /** The other answer to {@link NodeAction.TakeAddresses}: nothing of it is left. The virtual host is demoted until a rehearsal succeeds. */
    public List<NodeAction> onTakeFailed(String name, int attempt, String why, long now) {
        return input(now, () -> {
            HostElection host = node.host(name);
            if (host.addresses().awaits(attempt)) {
                fail(host, "take addresses: " + why);
            }
        });
    }

    private void fail(HostElection host, String why) {
        node.faults.unable(host.host(), why, node.nowNanos);
        host.onTakeFailed(why, node.nowNanos);
    }

    /**
     * The answer to {@link NodeAction.Rehearse}. A master whose addresses turn out to be silent gives way, as one that cannot take them.
     *
     * @param why it failed, or null
     */
    public List<NodeAction> onRehearsed(String name, @Nullable String why, long now) {
        return input(now, () -> {
            HostElection host = node.host(name);
            if (why != null && host.holdsAddresses()) {
                fail(host, "the addresses are not answered for: " + why);
            } else if (host.onRehearsed(why == null, why == null ? "" : why, now)) {
                if (why == null) {
                    node.faults.able(host.host(), "a takeover is possible again");
                } else {
                    node.faults.unable(host.host(), "a takeover would fail: " + why, now);
                }
            }
        });
    }

    /** How the addresses are to be held has changed: they are taken once more, where they are held. */
    public List<NodeAction> onPlanChanged(String name, long now) {
        return input(now, () -> node.host(name).takeAgain(now));
    }

    /** An address is not on this host any more. A virtual one that is to be here is put back. */
    public List<NodeAction> onAddressGone(InetAddress address, long now) {
        return input(now, () -> links.onAddressGone(address));
    }

    /** Something happened to what the addresses of a virtual host are on: they may have gone. */
    public List<NodeAction> onDisturbed(String name, long now) {
        return input(now, () -> node.host(name).addresses().onDisturbed(now));
    }

    /** A carpdev has another MAC: what is held there is taken once more, as something may have been made with the MAC before. */
    public List<NodeAction> onMacChanged(String carpdev, long now) {
        return input(now, () -> links.onMacChanged(node.carpdev(carpdev)));
    }

    /**
     * A virtual host is nudged by hand. With preempt the others of its group go with it: a way out through one node and back through another would break most connections.
     *
     * @param alone whether the others stay where they are
     * @param upAtNanos when {@link Nudge#DOWN} ends by itself, or {@link CarpInstance#NEVER}; without meaning for the others
     */
    public List<NodeAction> onNudge(String name, Nudge nudge, boolean alone, long upAtNanos, long now) {
        return input(now, () -> groups.nudge(node.host(name), nudge, alone, upAtNanos));
    }

    // Peers, on another path.

    /**
     * A peer that was master says that it leaves. Virtual hosts that are not configured in the same way here and there are not the same, and are left to their timers.
     *
     * @param addresses the digest of the virtual addresses, {@link AddressSet#digest}
     */
    public List<NodeAction> onResigned(int vhid, long addresses, long now) {
        return input(now, () -> {
            for (HostElection host : node.hosts.values()) {
                if (host.host().vhid() == vhid && host.host().addresses().digest() == addresses) {
                    node.tell(host, instance -> instance.onResigned(now));
                }
            }
        });
    }

    /** A peer that said that it is master of the same addresses is so no longer. It may have had another vhid or passphrase, so that it was not heard: a master announces its addresses again. */
    public List<NodeAction> onRivalGone(String name, long now) {
        return onHost(name, now, instance -> instance.onRivalGone(now));
    }

    /**
     * A peer that may have been the master seems to have died just now.
     *
     * @param living what other peers say that they are master of, which are there: no such master is doubted, unless another one is heard beside it
     */
    public List<NodeAction> onPeerDied(Set<KnownMaster> living, long now) {
        return onPeerGone(living, now, instance -> instance.onPeerDied(now));
    }

    /**
     * A peer fell silent without a word, and may have been the master.
     *
     * @param living as of {@link #onPeerDied}
     */
    public List<NodeAction> onPeerSilent(Set<KnownMaster> living, long now) {
        return onPeerGone(living, now, instance -> instance.onPeerSilent(now));
    }

    private List<NodeAction> onPeerGone(
            Set<KnownMaster> living, long now, Function<CarpInstance, List<CarpAction>> what) {
        return input(now, () -> {
            for (HostElection host : node.hosts.values()) {
                if (!host.hearsOnly(living, now)) {
                    node.tell(host, what);
                }
            }
        });
    }

    /** Whether the node has the states of every peer, and may displace a living master whoever it is, as far as something else than its demotion decides that. It may until told. */
    public List<NodeAction> onPreemptAllowed(boolean allowed, long now) {
        return input(now, () -> permission.allow(allowed));
    }

    /**
     * The peers whose states this node has, and what they are master of by their own word. Such a master may be displaced where {@link #onPreemptAllowed} says no: the node lacks the states of another
     * peer then. A virtual host that is heard from anybody else as well is left alone.
     */
    public List<NodeAction> onMastersHeld(Set<KnownMaster> masters, long now) {
        return input(now, () -> permission.hold(masters));
    }

    /** What the only peer is master of, by its own word: nobody else of whom this node knows follows it there. Empty where several peers are there. */
    public List<NodeAction> onOnlyPeer(Set<KnownMaster> masters, long now) {
        return input(now, () -> silence.onOnlyPeer(masters));
    }

    // The administrator.

    /** Adds a source of demotion, or replaces the one of its name, subject and group. */
    public List<NodeAction> onDemotionRaised(DemotionSource source, long now) {
        return input(now, () -> node.demotion.raise(source));
    }

    /** Ends a source of demotion, if it is there. */
    public List<NodeAction> onDemotionCleared(String name, String subject, String group, String reason, long now) {
        return input(now, () -> node.demotion.clear(name, subject, group, reason));
    }

    /** Adds to the administrator's own source. */
    public List<NodeAction> onDemotionAdded(int delta, String reason, long now) {
        return input(now, () -> node.demotion.add(delta, reason, now));
    }

    /**
     * A planned failover, for which {@link DemotionSource#failover} was raised, has come about: another node is master of all of these. The demotion stays until this node is master again, or the
     * other one advertises less fitness than now.
     */
    public List<NodeAction> onHandedOver(Collection<String> names, long now) {
        return input(
                now,
                () -> handOver.done(names.stream()
                        .filter(node.hosts::containsKey)
                        .map(node.hosts::get)
                        .toList()));
    }

    /** The services of the node are ready: the hold-off of the start is over. */
    public List<NodeAction> onServicesReady(long now) {
        return input(now, () -> {
            node.servicesReady = true;
            node.tellAll(instance -> instance.onServicesReady(now));
        });
    }

    /** net.inet.carp.allow. */
    public List<NodeAction> onAllow(boolean changed, long now) {
        return input(now, () -> {
            node.allow = changed;
            node.faults.onAllow(changed, now);
            permission.applyChanges();
            node.tellAll(instance -> instance.onAllow(changed, now));
        });
    }

    /** net.inet.carp.preempt. */
    public List<NodeAction> onPreempt(boolean changed, long now) {
        return input(now, () -> {
            node.preempt = changed;
            node.tellAll(instance -> instance.onSettings(instance.settings().withPreempt(changed), now));
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
            node.faults.setDemotions(link, other);
            links.onFaultDemotions();
        });
    }

    /** A virtual host comes. Where it is the first of its carpdev, {@link #onCarpdev} is to tell of that next. The name must be a new one. */
    public List<NodeAction> onHostAdded(ElectedHost added, long now) {
        if (node.hosts.containsKey(added.name())) {
            throw new IllegalArgumentException("there is a virtual host " + added.name());
        }
        return input(now, () -> membership.add(added));
    }

    /** A virtual host goes: it bows out and gives up its addresses, as at the end of the node. {@link NodeAction.HostGone} tells when that is done. */
    public List<NodeAction> onHostRemoved(String name, long now) {
        return input(now, () -> membership.remove(node.host(name)));
    }

    /**
     * A virtual host is another one in some respects, and goes on in its state. Its name, vhid and carpdev are the same, and so is what is on the wire but for
     * the times; otherwise that is an {@link IllegalArgumentException}.
     */
    public List<NodeAction> onHostChanged(ElectedHost changed, long now) {
        HostElection host = node.host(changed.name());
        ElectedHost before = host.host();
        if (!before.subject().equals(changed.subject())) {
            throw new IllegalArgumentException(before.subject() + " cannot become " + changed.subject());
        }
        return input(now, () -> membership.change(host, changed));
    }

    /** The answer to {@link NodeAction.HostGone}: the node does not know the virtual host any longer, nor its carpdev where it was the last one there. */
    public List<NodeAction> onHostForgotten(String name, long now) {
        return input(now, () -> membership.forget(node.host(name)));
    }

    /** Whether a virtual host is on a carpdev. */
    public boolean hasCarpdev(String name) {
        return node.carpdevs.containsKey(name);
    }

    // The shape of an input.

    /** Runs what came in, lets the demotion reach every virtual host, and gives the actions. */
    private List<NodeAction> input(long now, Runnable what) {
        node.nowNanos = now;
        stalls.onInput();
        what.run();
        groups.gather();
        membership.tellDeparted();
        handOver.review(node.hosts.values());
        permission.applyChanges();
        stalls.settle();
        if (stopping
                && node.hosts.values().stream()
                        .noneMatch(host -> host.instance().isLeaving())) {
            stopping = false;
            node.running = false;
            node.out.add(new NodeAction.Stopped());
        }
        List<NodeAction> actions = List.copyOf(node.out);
        node.out.clear();
        return actions;
    }

    private List<NodeAction> onHost(String name, long now, Function<CarpInstance, List<CarpAction>> what) {
        return input(now, () -> node.tell(node.host(name), what));
    }

    // To read.

    /** The virtual host of a name. */
    public HostElection host(String name) {
        return node.host(name);
    }

    /** In the order of the configuration. */
    public Collection<HostElection> hosts() {
        return Collections.unmodifiableCollection(node.hosts.values());
    }

    /** The counters, to read only. */
    public Demotion demotion() {
        return node.demotion.counters();
    }

    public boolean isAllowed() {
        return node.allow;
    }

    public boolean preempts() {
        return node.preempt;
    }

    /** From the start to the end. */
    public boolean isRunning() {
        return node.running;
    }
}
