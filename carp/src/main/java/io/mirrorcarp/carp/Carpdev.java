// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.io.AdvertSocket;
import io.mirrorcarp.carp.io.CarpdevStatus;
import io.mirrorcarp.carp.io.Listening;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.AdvertisementParser;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.netio.Errno;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/** The hands on one carpdev: its socket, and its status. */
final class Carpdev {
    private final String name;
    private final Set<AddressFamily> families = EnumSet.noneOf(AddressFamily.class);
    private final Set<Integer> vhids = new TreeSet<>();
    private final Set<InetAddress> multicastGroups = new LinkedHashSet<>();
    private final AdvertisementParser parser;
    private final ObjIntConsumer<Carpdev> onDeaf;
    private ArpAnswers arpAnswers;
    private CarpdevStatus status;
    private @Nullable AdvertSocket socket;

    /** @param onDeaf told of the errno when its socket does not hear ARP requests, or goes on to hear them */
    Carpdev(String name, Collection<VirtualHost> hosts, ObjIntConsumer<Carpdev> onDeaf) {
        this.name = name;
        this.onDeaf = onDeaf;
        this.status = CarpdevStatus.absent(name);
        for (VirtualHost host : hosts) {
            vhids.add(host.vhid());
            families.addAll(host.settings().families());
            multicastGroups.addAll(host.multicastGroups());
        }
        boolean routedPeers = hosts.stream().anyMatch(host -> host.attachment().hasUnicastPeer());
        this.parser = new AdvertisementParser(families::contains, vhid -> this.vhids.contains(vhid), routedPeers);
        this.arpAnswers = new ArpAnswers(hosts);
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
            onDeaf.accept(this, errno);
        }
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

    void setSocket(AdvertSocket opened) {
        socket = opened;
        hearArpRequests(opened);
    }

    Future<Void> closeSocket() {
        AdvertSocket open = socket;
        socket = null;
        return open == null ? Future.succeededFuture() : open.close();
    }

    /** Sends an advertisement to a host. 0, or the errno. */
    int send(@Nullable InetAddress source, InetAddress peer, CarpAdvertisement advertisement) {
        return socket == null ? Errno.ENETDOWN : socket.send(source, peer, advertisement);
    }

    /** Sends a frame. 0, or the errno. */
    int send(byte[] frame) {
        return socket == null ? Errno.ENETDOWN : socket.send(frame);
    }
}
