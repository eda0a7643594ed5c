// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.auth.Authenticator;
import io.mirrorcarp.carp.auth.ExpectedCounters;
import io.mirrorcarp.carp.auth.SequenceMark;
import io.mirrorcarp.carp.election.CarpAction;
import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.HostElection;
import io.mirrorcarp.carp.election.HostReception;
import io.mirrorcarp.carp.election.VrrpMessages;
import io.mirrorcarp.carp.io.AddressPlan;
import io.mirrorcarp.carp.io.HeldAddresses;
import io.mirrorcarp.carp.io.MacMode;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.ReceivedAdvertisement;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The hands of one virtual host: its advertisements and its addresses. */
final class RunningHost {
    /** How long advertisements over the addresses before a change are accepted: the other nodes are changed one after the other. */
    private static final long KEEP_OLD_ADDRESSES_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Carpdev carpdev;
    private final CarpNode node;
    private final Authenticator authenticator;
    private final HostAdvertiser advertiser;
    private final ReceptionHands receptionHands;
    private final HostReception reception;
    private VirtualHost host;
    private AddressPlan plan;
    /** Null with CARP, for which the authenticator is. */
    private @Nullable VrrpMessages vrrp;

    private Future<Void> lastTake = Future.succeededFuture();
    private @Nullable HeldAddresses held;
    private boolean gone;

    RunningHost(VirtualHost host, Carpdev carpdev, CarpNode node) {
        this.host = host;
        this.carpdev = carpdev;
        this.node = node;
        this.plan = host.plan();
        this.vrrp = vrrp(host);
        this.authenticator = new Authenticator(
                host.auth(), host.addressSet(), node.sequences().before(host.subject()), carpdev.verificationBudget());
        this.advertiser = new HostAdvertiser(host, carpdev, authenticator, vrrp);
        this.receptionHands = new ReceptionHands(node, carpdev, host, advertiser::senders, this::reserveSequences);
        boolean warnsOfFreeBsd =
                host.attachment().hasUnicastPeer() && host.attachment().mac() == MacMode.VIRTUAL;
        this.reception =
                new HostReception(host.elected(), authenticator, vrrp, warnsOfFreeBsd, receptionHands, receptionHands);
    }

    private static @Nullable VrrpMessages vrrp(VirtualHost host) {
        return host.protocol().isVrrp()
                ? new VrrpMessages(host.settings(), host.auth().key(), host.inetAddresses())
                : null;
    }

    VirtualHost host() {
        return host;
    }

    Carpdev carpdev() {
        return carpdev;
    }

    /** The addresses while this node answers for them. */
    @Nullable
    HeldAddresses held() {
        return election().holdsAddresses() ? held : null;
    }

    /** Is another one in some respects from now on; see {@link VirtualHost#canBecome}. */
    void change(VirtualHost changed) {
        authenticator.changeSettings(changed.auth());
        authenticator.changeAddresses(changed.addressSet(), node.nowNanos(), KEEP_OLD_ADDRESSES_NANOS);
        host = changed.withAttachment(host.attachment());
        plan = host.plan();
        vrrp = vrrp(host);
        advertiser.setHost(host, vrrp);
        reception.setHost(host.elected(), vrrp);
        tell(now -> node.election().onHostChanged(host.elected(), now));
    }

    /** The election does not know it any longer: what still comes of it means nothing. */
    void forget() {
        gone = true;
        keepSequences();
    }

    /** Tells the election of it, as long as that knows it. */
    void tell(ElectionLoop.Input input) {
        if (!gone) {
            node.input(input);
        }
    }

    private HostElection election() {
        return node.election().host(host.name());
    }

    // Advertisements.

    /** Nothing is sent any more in this life. */
    void keepSequences() {
        if (vrrp == null) {
            node.sequences().keep(host.subject(), authenticator.lastSequences());
        }
    }

    private void reserveSequences() {
        SequenceMark mark = vrrp == null ? authenticator.reserve(node.nowNanos()) : null;
        if (mark != null) {
            node.sequences().keep(host.subject(), mark);
        }
    }

    void beginTerm() {
        authenticator.beginTerm();
    }

    /** What a peer says of its advertisements over a channel that can be trusted. */
    void hear(PeerStatement statement) {
        boolean leads = election().instance().state() == CarpState.MASTER;
        if (authenticator.hearPeer(statement.peer(), statement.sequence(), statement.proves(), leads)) {
            receptionHands.report(
                    statement.node() + " runs a version whose advertisements prove nothing: they are obeyed again");
        }
        reserveSequences();
    }

    /** A well-formed advertisement of this vhid. */
    void receive(ReceivedAdvertisement received) {
        reception.receive(received, node.nowNanos());
    }

    /** Adds the counters that its peers may send next. */
    void expect(ExpectedCounters expected) {
        if (vrrp == null) {
            authenticator.expect(expected);
        } else {
            host.inetAddresses().forEach(expected::addFirstAddress);
        }
    }

    void send(CarpAction.SendAdvertisement action) {
        for (HostAdvertiser.Sent sent : advertiser.send(action)) {
            node.counters().increment(sent.errno() == 0 ? CarpCounter.sent(sent.family()) : CarpCounter.SEND_ERRORS);
            node.carpdevs().sent(carpdev, sent.errno());
        }
        reserveSequences();
    }

    // Addresses.

    /** Done when the kernel answers ARP for the addresses, or does not, as the attachment has it. What is held stays so. */
    Future<Void> setArpBalance(boolean changed) {
        host = host.withAttachment(host.attachment().withArpBalance(changed));
        plan = host.plan();
        lastTake = Future.succeededFuture();
        tell(now -> node.election().onPlanChanged(host.name(), now));
        return lastTake;
    }

    void take(int attempt) {
        String name = host.name();
        lastTake = node.addressThread()
                .take(plan)
                .onSuccess(taken -> onTaken(taken, attempt))
                .onFailure(e -> tell(now -> node.election().onTakeFailed(name, attempt, text(e), now)))
                .transform(done -> Future.succeededFuture());
    }

    private void onTaken(HeldAddresses taken, int attempt) {
        HeldAddresses before = gone ? null : held();
        tell(now -> {
            held = taken;
            return node.election().onTaken(host.name(), attempt, taken.changes() > 0, now);
        });
        if (before != null && !before.macs().equals(taken.macs())) {
            carpdev.announcer().announceNewMac(host.name(), frames(taken));
        }
    }

    void release() {
        carpdev.announcer().forget(host.name());
        node.addressThread().release(plan).onFailure(e -> receptionHands.report("release addresses: " + text(e)));
    }

    void rehearse() {
        String name = host.name();
        node.addressThread()
                .rehearse(plan)
                .onSuccess(done -> tell(now -> node.election().onRehearsed(name, null, now)))
                .onFailure(e -> tell(now -> node.election().onRehearsed(name, text(e), now)));
    }

    private static String text(Throwable failure) {
        return Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    }

    void announce() {
        HeldAddresses present = held;
        boolean first = present != null && carpdev.announcer().announceHeld(host.name(), frames(present));
        if (first && receptionHands.heardNanos() != CarpInstance.NEVER) {
            node.tookOver(node.nowNanos() - receptionHands.heardNanos());
        }
    }

    /** None where all nodes get the frames: the MAC does not move. */
    private List<byte[]> frames(HeldAddresses present) {
        if (host.attachment().balancing() != null) {
            return List.of();
        }
        return present.announcement(address -> !carpdev.arpAnswers().isShared(address));
    }

    VirtualHostStatus status() {
        HostElection election = election();
        CarpInstance instance = election.instance();
        return new VirtualHostStatus(
                host,
                instance.state(),
                instance.reason(),
                instance.sinceNanos(),
                election.upAtNanos(),
                instance.heldOffUntilNanos(),
                instance.advertised(),
                instance.takeoverPending(),
                election.holdsAddresses(),
                instance.counts().transitions(),
                instance.counts().dualMasters(),
                reception.forgeries(),
                authenticator.highestSequence(),
                advertiser.senders().own(),
                instance.peers().peers());
    }
}
