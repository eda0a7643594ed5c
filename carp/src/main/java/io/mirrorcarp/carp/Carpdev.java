// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.auth.ExpectedCounters;
import io.mirrorcarp.carp.auth.FloodGate;
import io.mirrorcarp.carp.auth.VerificationBudget;
import io.mirrorcarp.carp.io.AdvertSocket;
import io.mirrorcarp.carp.io.CarpdevStatus;
import io.mirrorcarp.carp.io.Listening;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.AdvertisementParser;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.Protocol;
import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.netio.DeadlineTimer;
import io.mirrorcarp.netio.Errno;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The hands on one carpdev: its socket, and its status. */
final class Carpdev {
    private final String name;
    private Listening listening;
    private AdvertisementParser parser;
    private final ObjIntConsumer<Carpdev> onDeaf;
    private ArpAnswers arpAnswers;
    private CarpdevStatus status;
    private final CounterSet<CarpCounter> discards = new CounterSet<>(CarpCounter.class);
    private final VerificationBudget budget = new VerificationBudget();
    private final Announcer announcer;
    private final FloodGate gate = new FloodGate();
    private final DeadlineTimer gateTimer;
    private final Consumer<Carpdev> onGate;
    private @Nullable AdvertSocket socket;

    /**
     * @param onDeaf told of the errno when its socket does not hear ARP requests, or goes on to hear them
     * @param onGate called when the flood gate is another, to {@link #sieve} accordingly
     */
    Carpdev(
            Context context,
            String name,
            Collection<VirtualHost> hosts,
            ObjIntConsumer<Carpdev> onDeaf,
            Consumer<Carpdev> onGate) {
        this.name = name;
        this.announcer = new Announcer(context, this::send);
        this.gateTimer = new DeadlineTimer(context, this::lookAtGate);
        this.onDeaf = onDeaf;
        this.onGate = onGate;
        this.status = CarpdevStatus.absent(name);
        this.listening = listening(hosts);
        this.parser = parser(hosts, listening);
        this.arpAnswers = new ArpAnswers(hosts);
    }

    private static Listening listening(Collection<VirtualHost> hosts) {
        Set<AddressFamily> families = EnumSet.noneOf(AddressFamily.class);
        Set<InetAddress> multicastGroups = new LinkedHashSet<>();
        for (VirtualHost host : hosts) {
            families.addAll(host.settings().families());
            multicastGroups.addAll(host.multicastGroups());
        }
        return new Listening(families, multicastGroups);
    }

    private static AdvertisementParser parser(Collection<VirtualHost> hosts, Listening listening) {
        Map<Integer, Protocol> speakers =
                hosts.stream().collect(Collectors.toUnmodifiableMap(VirtualHost::vhid, VirtualHost::protocol));
        boolean routedPeers = hosts.stream().anyMatch(host -> host.attachment().hasUnicastPeer());
        return new AdvertisementParser(listening.families()::contains, (vhid, seen) -> speakers.get(vhid), routedPeers);
    }

    /** Its virtual hosts are these from now on. Whether its socket has to listen to something else, and so has to be opened again. */
    boolean setHosts(Collection<VirtualHost> hosts) {
        Listening before = listening;
        listening = listening(hosts);
        parser = parser(hosts, listening);
        setArpAnswers(new ArpAnswers(hosts));
        return !listening.equals(before);
    }

    String name() {
        return name;
    }

    Listening listening() {
        return listening;
    }

    ArpAnswers arpAnswers() {
        return arpAnswers;
    }

    void setArpAnswers(ArpAnswers changed) {
        arpAnswers = changed;
        if (socket != null) {
            hearArpRequests(socket);
        }
    }

    private void hearArpRequests(AdvertSocket open) {
        int errno = open.hearArpRequests(arpAnswers.isNeeded());
        if (errno != 0) {
            onDeaf.accept(this, errno);
        }
    }

    /** What came here and was discarded, by the reason. */
    CounterSet<CarpCounter> discards() {
        return discards;
    }

    /** What all its virtual hosts together may spend on advertisements that nobody expects. */
    VerificationBudget verificationBudget() {
        return budget;
    }

    FloodGate gate() {
        return gate;
    }

    /** A frame was refused. */
    void onRefused(long nowNanos) {
        if (gate.onRefused(nowNanos)) {
            onGate.accept(this);
            gateTimer.arm(gate.nextDeadlineNanos());
        }
    }

    private void lookAtGate() {
        if (gate.onDeadline(System.nanoTime())) {
            onGate.accept(this);
        }
        gateTimer.arm(gate.nextDeadlineNanos());
    }

    /** Of advertisements whose counter is not expected the socket gets the share that the gate lets pass. 0, or the errno. */
    int sieve(ExpectedCounters expected) {
        return socket == null ? 0 : socket.sieve(expected, gate.share());
    }

    AdvertisementParser parser() {
        return parser;
    }

    CarpdevStatus status() {
        return status;
    }

    void setStatus(CarpdevStatus changed) {
        status = changed;
    }

    /** Takes a socket, and closes the one before it. */
    Future<Void> setSocket(AdvertSocket opened) {
        Future<Void> closed = closeSocket();
        socket = opened;
        hearArpRequests(opened);
        return closed;
    }

    boolean isOpen() {
        return socket != null;
    }

    /** Whether it is this one's frames that count: of two that are open for a moment, each hears everything. */
    boolean has(@Nullable AdvertSocket one) {
        return socket != null && socket.equals(one);
    }

    Future<Void> closeSocket() {
        AdvertSocket open = socket;
        socket = null;
        return open == null ? Future.succeededFuture() : open.close();
    }

    /** Sends an advertisement to a host. 0, or the errno. */
    int send(@Nullable InetAddress source, InetAddress peer, byte[] payload) {
        return socket == null ? Errno.ENETDOWN : socket.send(source, peer, payload);
    }

    /** Hands over the frames that wait in the socket. */
    void read() {
        if (socket != null) {
            socket.read();
        }
    }

    Announcer announcer() {
        return announcer;
    }

    /** At the end: nothing is sent by itself any more. */
    void stopTimers() {
        announcer.stop();
        gateTimer.cancel();
    }

    /** Sends a frame. 0, or the errno. */
    int send(byte[] frame) {
        return socket == null ? Errno.ENETDOWN : socket.send(frame);
    }
}
