// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.auth.Arrival;
import io.mirrorcarp.carp.auth.Authenticator;
import io.mirrorcarp.carp.auth.ExpectedCounters;
import io.mirrorcarp.carp.auth.Forgery;
import io.mirrorcarp.carp.auth.SequenceMark;
import io.mirrorcarp.carp.auth.Verdict;
import io.mirrorcarp.carp.election.Bid;
import io.mirrorcarp.carp.election.CarpAction;
import io.mirrorcarp.carp.election.CarpBid;
import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.ElectedHost;
import io.mirrorcarp.carp.election.HostElection;
import io.mirrorcarp.carp.election.PeerAdvertisement;
import io.mirrorcarp.carp.election.VrrpBid;
import io.mirrorcarp.carp.io.AddressPlan;
import io.mirrorcarp.carp.io.HeldAddresses;
import io.mirrorcarp.carp.io.MacMode;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.Advertisement;
import io.mirrorcarp.carp.packet.AdvertisementFrame;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.Envelope;
import io.mirrorcarp.carp.packet.ReceivedAdvertisement;
import io.mirrorcarp.carp.packet.Rejection;
import io.mirrorcarp.carp.packet.VrrpAdvertisement;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** The hands of one virtual host: its advertisements and its addresses. */
final class RunningHost {
    private static final int NEW_MAC_REPEATS = 3;
    private static final long NEW_MAC_SPACING_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How long advertisements over the addresses before a change are accepted: the other nodes are changed one after the other. */
    private static final long KEEP_OLD_ADDRESSES_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Carpdev carpdev;
    private final CarpNode node;
    private final Authenticator authenticator;
    private List<InetAddress> inetAddresses;
    private VirtualHost host;
    private AddressPlan plan;
    /** Null with CARP, for which the authenticator is. */
    private @Nullable VrrpMessages vrrp;

    private Future<Void> lastTake = Future.succeededFuture();
    private @Nullable HeldAddresses held;
    private boolean announced;
    private long heardNanos = CarpInstance.NEVER;
    private long forgeries;
    private boolean freeBsdToldOf;
    private int ipId;
    private boolean gone;

    RunningHost(VirtualHost host, Carpdev carpdev, CarpNode node) {
        this.host = host;
        this.carpdev = carpdev;
        this.node = node;
        this.authenticator = new Authenticator(
                host.auth(), host.addressSet(), node.sequences().before(host.subject()), carpdev.verificationBudget());
        this.inetAddresses = host.inetAddresses();
        this.plan = host.plan();
        this.vrrp = vrrp(host);
    }

    private static @Nullable VrrpMessages vrrp(VirtualHost host) {
        return host.protocol().isVrrp() ? new VrrpMessages(host) : null;
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
        inetAddresses = host.inetAddresses();
        plan = host.plan();
        vrrp = vrrp(host);
        tell(now -> node.election().onHostChanged(host.elected(), now));
    }

    /** The election does not know it any longer: what still comes of it means nothing. */
    void forget() {
        gone = true;
        keepSequences();
    }

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

    /** What a peer says of its advertisements over a channel that can be trusted. */
    void hear(PeerStatement statement) {
        if (authenticator.hearPeer(statement.peer(), statement.sequence(), statement.proves())) {
            node.log()
                    .trouble("VHID " + host.subject() + ": " + statement.node()
                            + " runs a version whose advertisements prove nothing: they are obeyed again");
        }
        reserveSequences();
    }

    private void tell(CarpNode.Input input) {
        if (!gone) {
            node.input(input);
        }
    }

    private HostElection election() {
        return node.election().host(host.name());
    }

    // Advertisements.

    /** A well-formed advertisement of this vhid. */
    void receive(ReceivedAdvertisement received) {
        ElectedHost elected = election().host();
        Rejection wrongWay = elected.way().wrong(received, carpdev.status()::has);
        if (wrongWay != null) {
            reject(wrongWay, received);
            return;
        }
        if (received.advertisement() instanceof VrrpAdvertisement vrrp) {
            receive(received, vrrp);
        } else {
            receive(received, (CarpAdvertisement) received.advertisement());
        }
    }

    /** One whose source is this node's has come back through a loop: VRRP has nothing else to tell it by. */
    private void receive(ReceivedAdvertisement received, VrrpAdvertisement heard) {
        InetAddress source = received.source();
        Rejection fault = carpdev.status().has(source)
                ? Rejection.REPLAYED
                : Objects.requireNonNull(vrrp).fault(heard);
        if (fault != null) {
            reject(fault, received);
            return;
        }
        if (Objects.requireNonNull(vrrp).hasOtherAddresses(heard, received.family())) {
            node.log().otherAddresses(host.subject(), source, heard.dump(), node.nowNanos());
        }
        InetAddress own =
                received.destination().isMulticastAddress() ? sourceToGroup(received.family()) : sourceTo(source);
        boolean above = own != null && Arrays.compareUnsigned(source.getAddress(), own.getAddress()) > 0;
        obey(received, new VrrpBid(heard.priority(), heard.intervalCentis()), above);
    }

    private void obey(ReceivedAdvertisement received, Bid bid, boolean above) {
        heardNanos = node.nowNanos();
        PeerAdvertisement advertisement = new PeerAdvertisement(received.family(), received.source(), bid, above);
        node.input(now -> node.election().onAdvertisement(host.name(), advertisement, now));
    }

    private static CarpBid bid(CarpAdvertisement said) {
        return new CarpBid(said.advbase(), said.advskew(), said.demote());
    }

    private void receive(ReceivedAdvertisement received, CarpAdvertisement advertisement) {
        Verdict verdict = authenticator.verify(advertisement, arrival(received), node.nowNanos());
        if (verdict.forgery() != null) {
            onForgery(verdict.forgery(), received.source());
        } else if (verdict.trust() == Verdict.Trust.CHANGED) {
            onChanged(advertisement, received.source());
        }
        if (verdict.rejection() != null) {
            reject(verdict, received, advertisement);
            return;
        }
        reserveSequences();
        if (verdict.countsOn()) {
            onFreeBsd(received.source());
        }
        obey(received, bid(advertisement), false);
    }

    private Arrival arrival(ReceivedAdvertisement received) {
        return new Arrival(
                received.source(),
                received.destination().isMulticastAddress(),
                carpdev.status().has(received.source()));
    }

    /** One that does not authenticate, or proves nothing, may be of another master all the same, whom neighbours believe. */
    private void reject(Verdict verdict, ReceivedAdvertisement received, CarpAdvertisement said) {
        Rejection reason = Objects.requireNonNull(verdict.rejection());
        reject(reason, received);
        boolean unproven = reason == Rejection.UNPROVEN && verdict.trust() != Verdict.Trust.CHANGED;
        // Who floods is no master whom neighbours believe.
        if (unproven || (reason == Rejection.BAD_AUTH && !carpdev.gate().isOn())) {
            node.input(now -> node.election().onStranger(host.name(), bid(said), now));
        }
        if (unproven) {
            node.log().unproven(host.subject(), received.source(), verdict.trust(), node.nowNanos());
        }
    }

    /** Adds the counters that its peers may send next. */
    void expect(ExpectedCounters expected) {
        if (vrrp == null) {
            authenticator.expect(expected);
        } else {
            inetAddresses.forEach(expected::addFirstAddress);
        }
    }

    private void reject(Rejection reason, ReceivedAdvertisement received) {
        reason.count(node.counters());
        reason.count(carpdev.discards());
        carpdev.onRefused(node.nowNanos());
        if (reason == Rejection.BAD_AUTH) {
            node.log().badAuth(host.subject(), received.source(), node.nowNanos());
        } else if (reason == Rejection.BAD_INTERVAL) {
            node.log().badInterval(host.subject(), received.source(), node.nowNanos());
        } else {
            node.log().badPacket(host.subject(), reason, received.source(), node.nowNanos());
        }
    }

    /** A switch learns the virtual MAC from the advertisements of its master. With hosts as peers, FreeBSD sends them from its own. */
    private void onFreeBsd(InetAddress source) {
        if (!freeBsdToldOf
                && host.attachment().hasUnicastPeer()
                && host.attachment().mac() == MacMode.VIRTUAL) {
            freeBsdToldOf = true;
            node.log()
                    .trouble(
                            "VHID " + host.subject() + ": peer " + source.getHostAddress() + " counts as FreeBSD does, "
                                    + "and with unicast peers a FreeBSD master leaves the virtual MAC at this node's switch port: "
                                    + "set mac = \"interface\"");
        }
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

    private void onChanged(CarpAdvertisement changed, InetAddress source) {
        forgeries++;
        if (Long.bitCount(forgeries) == 1) {
            node.log()
                    .trouble("VHID " + host.subject()
                            + ": somebody on the segment changed an advertisement, and sent it from "
                            + source.getHostAddress() + ": " + changed.dump() + "; it is not obeyed (" + forgeries
                            + " so far)");
        }
    }

    /**
     * An advertisement that is ready to leave.
     *
     * @param send sends it: 0, or the errno
     */
    private record Ready(AddressFamily family, IntSupplier send) {}

    /** All are made before the first leaves: a BSD answers within 200 us, and what leaves after its answer takes the switch port back. */
    void send(CarpAction.SendAdvertisement action) {
        List<Ready> ready = new ArrayList<>();
        for (AddressFamily family : action.families()) {
            for (InetAddress destination : host.attachment().destinations(family)) {
                ready.add(new Ready(
                        family,
                        destination.isMulticastAddress() ? toGroup(destination, action) : toHost(destination, action)));
            }
        }
        int[] errnos = ready.stream().mapToInt(one -> one.send().getAsInt()).toArray();
        for (int i = 0; i < errnos.length; i++) {
            node.counters()
                    .increment(errnos[i] == 0 ? CarpCounter.sent(ready.get(i).family()) : CarpCounter.SEND_ERRORS);
            node.carpdevs().sent(carpdev, errnos[i]);
        }
        reserveSequences();
    }

    /** @param sender its source address where it goes to a group; null where it goes to a host */
    private Advertisement advertisement(Bid bid, AddressFamily family, @Nullable InetAddress sender) {
        return bid instanceof CarpBid carp
                ? authenticator.sign(carp.advbase(), carp.advskew(), carp.demote(), sender)
                : Objects.requireNonNull(vrrp).make((VrrpBid) bid, family);
    }

    private IntSupplier toHost(InetAddress peer, CarpAction.SendAdvertisement action) {
        AddressFamily family = AddressFamily.of(peer);
        Advertisement advertisement = advertisement(action.bid(), family, null);
        InetAddress chosen = sourceTo(peer);
        // The checksum of VRRP covers the source, so that the kernel cannot be left to choose it.
        InetAddress source = chosen == null && vrrp != null ? sourceToGroup(family) : chosen;
        byte[] payload = AdvertisementFrame.payload(advertisement, source == null ? peer : source, peer);
        return () -> carpdev.send(source, peer, payload);
    }

    /** From the virtual MAC, but for a word that this node leaves: its successor may have that MAC by then. */
    private IntSupplier toGroup(InetAddress group, CarpAction.SendAdvertisement action) {
        AddressFamily family = AddressFamily.of(group);
        InetAddress source = sourceToGroup(family);
        MacAddress from = host.attachment().mac() == MacMode.VIRTUAL && !action.isBowOut()
                ? host.protocol().virtualMac(host.vhid(), family)
                : carpdev.status().mac();
        ipId = (ipId + 1) & 0xffff;
        Envelope plain = Envelope.multicast(from, source, group, ipId);
        Envelope envelope = vrrp == null ? plain : plain.withTos(Envelope.TOS_CONTROL);
        byte[] frame = AdvertisementFrame.build(envelope, advertisement(action.bid(), family, source));
        return () -> carpdev.send(frame);
    }

    private InetAddress sourceToGroup(AddressFamily family) {
        return host.attachment()
                .source(family)
                .orElseGet(() -> carpdev.status().advertisementSource(family, inetAddresses));
    }

    private List<InetAddress> senders() {
        return host.settings().families().stream()
                .flatMap(family -> host.attachment().destinations(family).stream())
                .map(to -> to.isMulticastAddress() ? sourceToGroup(AddressFamily.of(to)) : sourceTo(to))
                .filter(Objects::nonNull)
                .filter(source -> !source.isAnyLocalAddress() && !inetAddresses.contains(source))
                .distinct()
                .toList();
    }

    private @Nullable InetAddress sourceTo(InetAddress peer) {
        return host.attachment()
                .source(AddressFamily.of(peer))
                .or(() -> carpdev.status().unicastSource(peer, inetAddresses))
                .orElse(null);
    }

    // Addresses.

    /** Done when the kernel answers ARP for the addresses, or does not, as the attachment has it. What is held stays so. */
    Future<Void> setArpBalance(boolean changed) {
        host = host.withAttachment(host.attachment().withArpBalance(changed));
        plan = host.plan();
        lastTake = Future.succeededFuture();
        node.input(now -> node.election().onPlanChanged(host.name(), now));
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
            announceNewMac(taken);
        }
    }

    void release() {
        announced = false;
        carpdev.forgetAnnouncements(host.name());
        node.addressThread()
                .release(plan)
                .onFailure(e -> node.log().trouble("VHID " + host.subject() + ": release addresses: " + text(e)));
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

    boolean has(InetAddress address) {
        return plan.has(address);
    }

    /** The first time all at once: where nothing limits them, every neighbour knows within milliseconds. Then at the pace of the carpdev. */
    void announce() {
        HeldAddresses present = held;
        if (present != null && announced) {
            carpdev.announce(host.name(), frames(present), node.nowNanos());
        } else if (present != null) {
            announced = true;
            frames(present).forEach(carpdev::send);
            if (heardNanos != CarpInstance.NEVER) {
                node.tookOver(node.nowNanos() - heardNanos);
            }
        }
    }

    private void announceNewMac(HeldAddresses present) {
        carpdev.forgetAnnouncements(host.name());
        for (int i = 0; i < NEW_MAC_REPEATS; i++) {
            carpdev.announce(host.name(), frames(present), node.nowNanos() + i * NEW_MAC_SPACING_NANOS);
        }
    }

    private List<byte[]> frames(HeldAddresses present) {
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
                forgeries,
                authenticator.highestSequence(),
                senders(),
                instance.peers().peers());
    }
}
