// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.LinkDelay;
import io.mirrorcarp.carp.election.SendErrorWatch;
import io.mirrorcarp.carp.io.AdvertSocket;
import io.mirrorcarp.carp.io.CarpdevStatus;
import io.mirrorcarp.carp.io.Listening;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.AdvertisementParser;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.LinkProbe;
import io.mirrorcarp.netio.Errno;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The hands on one carpdev: its socket, its status, and whether sending works. */
final class Carpdev {

    /** What the hands of the node do about a carpdev. */
    interface Owner {
        /** Makes the interface ready and opens its advertisement socket. */
        Future<AdvertSocket> openSocket(Carpdev carpdev, CarpdevStatus status);

        /** The socket ought to be opened again. */
        void onReopen(Carpdev carpdev);

        /** It counts as up or down now, since its link has been so for long enough. */
        void onLink(Carpdev carpdev);

        /** Its socket does not hear ARP requests, or goes on to hear them. */
        void onDeaf(Carpdev carpdev, int errno);

        void onSending(Carpdev carpdev, SendErrorWatch.Change change, int errno);
    }

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final Set<AddressFamily> families = EnumSet.noneOf(AddressFamily.class);
    private final Set<Integer> vhids = new TreeSet<>();
    private final Set<String> groups;
    private final Set<InetAddress> multicastGroups = new LinkedHashSet<>();
    private final AdvertisementParser parser;
    private final LinkDelay link;
    private final SendErrorWatch watch = new SendErrorWatch();
    private final Owner owner;
    private ArpAnswers arpAnswers;
    private CarpdevStatus status;
    private @Nullable AdvertSocket socket;
    private int socketIfindex;
    private boolean opening;
    private long openAtNanos = CarpInstance.NEVER;

    Carpdev(String name, Collection<VirtualHost> hosts, Owner owner) {
        this.name = name;
        this.owner = owner;
        this.status = CarpdevStatus.absent(name);
        this.groups = groups(hosts);
        for (VirtualHost host : hosts) {
            vhids.add(host.vhid());
            families.addAll(host.settings().families());
            multicastGroups.addAll(host.multicastGroups());
        }
        boolean routedPeers = hosts.stream().anyMatch(host -> host.attachment().hasUnicastPeer());
        this.parser = new AdvertisementParser(families::contains, vhid -> this.vhids.contains(vhid), routedPeers);
        this.arpAnswers = new ArpAnswers(hosts);
        this.link = new LinkDelay(longest(hosts, Attachment::upDelayNanos), longest(hosts, Attachment::downDelayNanos));
    }

    private static long longest(Collection<VirtualHost> hosts, ToLongFunction<Attachment> delay) {
        return hosts.stream()
                .map(VirtualHost::attachment)
                .mapToLong(delay)
                .max()
                .orElse(0);
    }

    String name() {
        return name;
    }

    Listening listening() {
        return new Listening(families, multicastGroups);
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
            owner.onDeaf(this, errno);
        }
    }

    private static Set<String> groups(Collection<VirtualHost> hosts) {
        Set<String> groups = new TreeSet<>();
        hosts.forEach(host -> groups.add(host.group()));
        return groups.contains("") ? Set.of("") : groups;
    }

    /** Whom a fault of the device demotes: the groups of its virtual hosts, or the node, which is the empty one, when one has none. */
    Set<String> groups() {
        return groups;
    }

    AdvertisementParser parser() {
        return parser;
    }

    CarpdevStatus status() {
        return status;
    }

    void setStatus(CarpdevStatus changed, long nowNanos) {
        status = changed;
        if (changed.isPresent()) {
            link.onLink(changed.up(), nowNanos);
        } else {
            link.onGone();
        }
    }

    /** Whether it can carry advertisements: it has its link, as its delays have it, and the socket is on the interface that now has the name. */
    boolean isUp() {
        return link.isUp() && hasSocket();
    }

    private boolean hasSocket() {
        return socket != null && status.isPresent() && socketIfindex == status.ifindex();
    }

    /**
     * Opens a socket on the interface that now has the name, unless there is one, and closes that of an interface before. One that fails is tried
     * again when {@link #nextDeadlineNanos} says so.
     */
    Future<Void> open() {
        if (hasSocket() || opening) {
            return Future.succeededFuture();
        }
        if (!status.isPresent()) {
            closeSocket();
            return Future.failedFuture("carpdev " + name + " does not exist");
        }
        opening = true;
        openAtNanos = CarpInstance.NEVER;
        int ifindex = status.ifindex();
        return closeSocket()
                .compose(closed -> owner.openSocket(this, status))
                .transform(done -> opened(done.result(), done.cause(), ifindex));
    }

    private Future<Void> opened(@Nullable AdvertSocket result, @Nullable Throwable failure, int ifindex) {
        opening = false;
        if (result == null) {
            openAtNanos = System.nanoTime() + RETRY_NANOS;
            return Future.failedFuture(failure);
        }
        socket = result;
        socketIfindex = ifindex;
        hearArpRequests(result);
        return open();
    }

    Future<Void> closeSocket() {
        AdvertSocket open = socket;
        socket = null;
        return open == null ? Future.succeededFuture() : open.close();
    }

    /** Learns from the fate of an advertisement. */
    void sent(int errno, long nowNanos) {
        result(errno, nowNanos);
    }

    /** Sends an advertisement to a host. 0, or the errno. */
    int send(@Nullable InetAddress source, InetAddress peer, CarpAdvertisement advertisement) {
        return socket == null ? Errno.ENETDOWN : socket.send(source, peer, advertisement);
    }

    /** Sends a frame whose fate is of no further interest. */
    int send(byte[] frame) {
        return socket == null ? Errno.ENETDOWN : socket.send(frame);
    }

    private void result(int errno, long nowNanos) {
        SendErrorWatch.Change change = watch.onResult(errno == 0, nowNanos);
        if (change != SendErrorWatch.Change.NONE) {
            owner.onSending(this, change, errno);
        }
    }

    /** While sending is broken and nothing is sent, tries whether it works again; and opens a socket that failed to open. */
    void onDeadline(long nowNanos) {
        if (link.onDeadline(nowNanos)) {
            owner.onLink(this);
        }
        if (nowNanos >= openAtNanos) {
            openAtNanos = CarpInstance.NEVER;
            owner.onReopen(this);
        }
        if (watch.onDeadline(nowNanos)) {
            result(send(LinkProbe.frame(status.mac())), nowNanos);
        }
    }

    long nextDeadlineNanos() {
        return Math.min(openAtNanos, Math.min(link.nextDeadlineNanos(), watch.nextDeadlineNanos()));
    }
}
