// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.auth.Verdict;
import io.mirrorcarp.carp.election.Bid;
import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.HostReception;
import io.mirrorcarp.carp.election.PeerAdvertisement;
import io.mirrorcarp.carp.packet.ReceivedAdvertisement;
import io.mirrorcarp.carp.packet.Rejection;
import java.net.InetAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Carries out what comes of the advertisements of one virtual host: tells the election, counts, logs. */
final class ReceptionHands implements HostReception.Segment, HostReception.Outcome {
    private final CarpNode node;
    private final Carpdev carpdev;
    private final String name;
    private final String subject;
    private final Supplier<SenderAddresses> senders;
    private final Runnable onObeyed;
    private long heardNanos = CarpInstance.NEVER;

    /** @param onObeyed called before the election is told of one that counts */
    ReceptionHands(
            CarpNode node, Carpdev carpdev, VirtualHost host, Supplier<SenderAddresses> senders, Runnable onObeyed) {
        this.node = node;
        this.carpdev = carpdev;
        this.name = host.name();
        this.subject = host.subject();
        this.senders = senders;
        this.onObeyed = onObeyed;
    }

    /** When one that counts came last, or {@link CarpInstance#NEVER}. */
    long heardNanos() {
        return heardNanos;
    }

    @Override
    public boolean isOwn(InetAddress address) {
        return carpdev.status().has(address);
    }

    @Override
    public boolean isFlooded() {
        return carpdev.gate().isOn();
    }

    @Override
    public @Nullable InetAddress sourceTowards(ReceivedAdvertisement received) {
        return received.destination().isMulticastAddress()
                ? senders.get().toGroup(received.family())
                : senders.get().toHost(received.source());
    }

    @Override
    public void obey(PeerAdvertisement advertisement) {
        onObeyed.run();
        heardNanos = node.nowNanos();
        node.input(now -> node.election().onAdvertisement(name, advertisement, now));
    }

    @Override
    public void refuse(Rejection why, InetAddress source) {
        why.count(node.counters());
        why.count(carpdev.discards());
        carpdev.onRefused(node.nowNanos());
        switch (why) {
            case BAD_AUTH -> node.log().badAuth(subject, source, node.nowNanos());
            case BAD_INTERVAL -> node.log().badInterval(subject, source, node.nowNanos());
            default -> node.log().badPacket(subject, why, source, node.nowNanos());
        }
    }

    @Override
    public void stranger(Bid bid) {
        node.input(now -> node.election().onStranger(name, bid, now));
    }

    @Override
    public void unproven(InetAddress source, Verdict.Trust trust) {
        node.log().unproven(subject, source, trust, node.nowNanos());
    }

    @Override
    public void otherAddresses(InetAddress source, String said) {
        node.log().otherAddresses(subject, source, said, node.nowNanos());
    }

    @Override
    public void report(String what) {
        node.log().trouble("VHID " + subject + ": " + what);
    }
}
