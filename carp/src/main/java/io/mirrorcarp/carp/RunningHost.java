// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.auth.Authenticator;
import io.mirrorcarp.carp.auth.Forgery;
import io.mirrorcarp.carp.auth.Verdict;
import io.mirrorcarp.carp.election.AdvertTurn;
import io.mirrorcarp.carp.election.CarpAction;
import io.mirrorcarp.carp.election.CarpActions;
import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.PeerAdvertisement;
import io.mirrorcarp.carp.io.HeldAddresses;
import io.mirrorcarp.carp.io.MacMode;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.AdvertisementFrame;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.Envelope;
import io.mirrorcarp.carp.packet.MacAddress;
import io.mirrorcarp.carp.packet.ReceivedAdvertisement;
import io.mirrorcarp.carp.packet.Rejection;
import io.mirrorcarp.carp.packet.VirtualMac;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The hands of one virtual host: carries out what its election wants. */
final class RunningHost implements CarpActions, AddressWork.Outcome {
    private final Carpdev carpdev;
    private final CarpNode node;
    private final CarpInstance instance;
    private final Authenticator authenticator;
    private final AddressWork addresses;
    private final Set<InetAddress> multicastGroups;
    private final List<InetAddress> inetAddresses;
    private VirtualHost host;
    private long forgeries;
    private long upAtNanos = CarpInstance.NEVER;
    private long putBack;
    private int ipId;

    RunningHost(VirtualHost host, Carpdev carpdev, CarpNode node, RandomGenerator random, AdvertTurn turn) {
        this.host = host;
        this.carpdev = carpdev;
        this.node = node;
        this.instance = new CarpInstance(host.settings(), random, turn);
        this.authenticator = new Authenticator(host.auth(), host.addressSet(), random);
        this.multicastGroups = host.multicastGroups();
        this.inetAddresses = host.inetAddresses();
        this.addresses = node.addressWork(host.plan(), this);
    }

    VirtualHost host() {
        return host;
    }

    Carpdev carpdev() {
        return carpdev;
    }

    CarpInstance instance() {
        return instance;
    }

    AddressWork addresses() {
        return addresses;
    }

    void perform(List<CarpAction> actions) {
        for (CarpAction action : actions) {
            action.perform(this);
        }
    }

    /** Done when the kernel answers ARP for the addresses, or does not, as the attachment has it. What is held stays so. */
    Future<Void> setArpBalance(boolean changed) {
        host = host.withAttachment(host.attachment().withArpBalance(changed));
        return addresses.change(host.plan());
    }

    /** What was asked for by hand; a host that is taken down comes up by itself at {@code whenUpNanos}. */
    void nudge(Nudge nudge, long whenUpNanos, long nowNanos) {
        upAtNanos = nudge == Nudge.DOWN ? whenUpNanos : CarpInstance.NEVER;
        perform(
                switch (nudge) {
                    case DOWN -> instance.onDisable(nowNanos);
                    case UP -> instance.onEnable(nowNanos);
                    case MASTER -> instance.onForcedState(CarpState.MASTER, nowNanos);
                    case BACKUP -> instance.onForcedState(CarpState.BACKUP, nowNanos);
                });
    }

    /** A well-formed advertisement of this vhid. */
    void receive(ReceivedAdvertisement received, long nowNanos) {
        Rejection wrongWay = wrongWay(received);
        if (wrongWay != null) {
            reject(wrongWay, received, nowNanos);
            return;
        }
        Verdict verdict = authenticator.verify(received.advertisement(), nowNanos);
        if (verdict.rejection() != null) {
            reject(verdict.rejection(), received, nowNanos);
            return;
        }
        if (verdict.forgery() != null) {
            onForgery(verdict.forgery(), received.source());
        }
        perform(instance.onAdvertisement(PeerAdvertisement.of(received), nowNanos));
    }

    /**
     * As OpenBSD and ucarp have it, an advertisement must come by the way that the virtual host uses: to one of its groups, or to an address of the
     * carpdev. One to another host, which a switch flooded, is for that one. One that was routed must come from a peer.
     */
    private @Nullable Rejection wrongWay(ReceivedAdvertisement received) {
        InetAddress destination = received.destination();
        boolean multicast = destination.isMulticastAddress();
        if (multicast
                ? !multicastGroups.contains(destination)
                : !carpdev.status().has(destination)) {
            return Rejection.BAD_VHID;
        }
        boolean routed = received.ttl() != Envelope.TTL;
        return routed && !host.attachment().peers().contains(received.source()) ? Rejection.BAD_TTL : null;
    }

    private void reject(Rejection reason, ReceivedAdvertisement received, long nowNanos) {
        node.counters().count(reason);
        node.log().badPacket(host.subject(), reason, received.source(), nowNanos);
    }

    private void onForgery(Forgery forgery, InetAddress source) {
        if (forgery.counterIsConstant()) {
            return;
        }
        forgeries++;
        if (Long.bitCount(forgeries) == 1) {
            node.log()
                    .trouble("VHID " + host.subject() + ": a known advertisement came again, changed, from "
                            + source.getHostAddress() + ": " + forgery.known().dump() + ", now "
                            + forgery.changed().dump() + " (" + forgeries + " so far)");
        }
    }

    void onDeadline(long nowNanos) {
        if (nowNanos >= upAtNanos) {
            nudge(Nudge.UP, CarpInstance.NEVER, nowNanos);
        }
        perform(instance.onDeadline(nowNanos));
        addresses.onDeadline(nowNanos);
    }

    long nextDeadlineNanos() {
        return Math.min(upAtNanos, Math.min(instance.nextDeadlineNanos(), addresses.nextDeadlineNanos()));
    }

    @Override
    public void sendAdvertisement(CarpAction.SendAdvertisement action) {
        CarpAdvertisement signed = authenticator.sign(action.advbase(), action.advskew(), action.demote());
        for (InetAddress destination : host.attachment().destinations(action.family())) {
            int errno = destination.isMulticastAddress()
                    ? sendToGroup(destination, signed)
                    : carpdev.send(sourceTo(destination), destination, signed);
            carpdev.sent(errno, node.nowNanos());
            node.counters().increment(errno == 0 ? CarpCounter.sent(action.family()) : CarpCounter.SEND_ERRORS);
        }
    }

    private int sendToGroup(InetAddress group, CarpAdvertisement signed) {
        AddressFamily family = AddressFamily.of(group);
        InetAddress source = host.attachment()
                .source(family)
                .orElseGet(() -> carpdev.status().advertisementSource(family, inetAddresses));
        MacAddress from = host.attachment().mac() == MacMode.VIRTUAL
                ? VirtualMac.of(host.vhid())
                : carpdev.status().mac();
        ipId = (ipId + 1) & 0xffff;
        return carpdev.send(AdvertisementFrame.build(Envelope.multicast(from, source, group, ipId), signed));
    }

    private @Nullable InetAddress sourceTo(InetAddress peer) {
        return host.attachment()
                .source(AddressFamily.of(peer))
                .or(() -> carpdev.status().unicastSource(peer, inetAddresses))
                .orElse(null);
    }

    @Override
    public void requestStates(CarpAction.RequestStates action) {
        node.requestStates(this, action.request());
    }

    @Override
    public void masterSilent() {
        node.masterSilent(this);
    }

    @Override
    public void resign() {
        node.resign(host);
    }

    @Override
    public void takeAddresses() {
        addresses.take();
    }

    @Override
    public void releaseAddresses() {
        addresses.release();
    }

    /** Before the addresses are there nothing is announced: {@link #onTaken} does it then. */
    @Override
    public void announce(CarpAction.Announce action) {
        HeldAddresses held = addresses.held();
        if (held != null) {
            announce(held);
        }
    }

    private void announce(HeldAddresses held) {
        held.announcement(address -> !carpdev.arpAnswers().isShared(address)).forEach(carpdev::send);
    }

    @Override
    public void stateChanged(CarpAction.StateChanged action) {
        if (action.to() == CarpState.MASTER) {
            node.counters().increment(CarpCounter.PREEMPTED);
        }
        node.stateChanged(new StateChange(host, action.from(), action.to(), action.reason()));
    }

    @Override
    public void onTaken(HeldAddresses held) {
        announce(held);
        node.input(() -> perform(instance.onAddressesTaken(node.nowNanos())));
    }

    @Override
    public void onPutBack(HeldAddresses held) {
        putBack++;
        node.counters().increment(CarpCounter.ADDRESSES_PUT_BACK);
        if (Long.bitCount(putBack) == 1) {
            node.log()
                    .trouble("VHID " + host.subject() + ": addresses that were taken away are put back (" + putBack
                            + " times so far)");
        }
        announce(held);
    }

    @Override
    public void onTakeFailed(Throwable failure, int inARow) {
        node.takeFailed(host, failure, inARow);
    }

    @Override
    public void onRehearsalFailed(Throwable failure) {
        node.log().trouble("VHID " + host.subject() + ": a takeover would fail: " + failure.getMessage());
    }

    @Override
    public void onReleaseFailed(Throwable failure) {
        node.log().trouble("VHID " + host.subject() + ": release addresses: " + failure.getMessage());
    }

    VirtualHostStatus status() {
        return new VirtualHostStatus(
                host,
                instance.state(),
                instance.reason(),
                instance.sinceNanos(),
                upAtNanos,
                instance.heldOffUntilNanos(),
                instance.advertisedSkew(),
                instance.advertisedDemote(),
                instance.takeoverPending(),
                addresses.held() != null,
                instance.counts().transitions(),
                instance.counts().dualMasters(),
                forgeries,
                instance.peers().peers());
    }
}
