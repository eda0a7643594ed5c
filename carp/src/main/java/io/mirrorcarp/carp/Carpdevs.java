// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.SendErrorWatch;
import io.mirrorcarp.carp.io.AdvertSocket;
import io.mirrorcarp.carp.io.CarpNetwork;
import io.mirrorcarp.carp.io.CarpdevStatus;
import io.mirrorcarp.carp.io.LinkMonitor;
import io.mirrorcarp.netio.Errno;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The carpdevs of the node: opens their sockets, and opens them again when an interface is replaced. */
final class Carpdevs implements Carpdev.Owner, LinkMonitor.Listener {
    private final Context context;
    private final CarpNetwork network;
    private final CarpNode node;
    private final Map<String, Carpdev> byName = new LinkedHashMap<>();

    Carpdevs(Context context, CarpNetwork network, Collection<VirtualHost> hosts, CarpNode node) {
        this.context = context;
        this.network = network;
        this.node = node;
        Map<String, List<VirtualHost>> hostsByCarpdev = hosts.stream()
                .collect(Collectors.groupingBy(VirtualHost::carpdev, LinkedHashMap::new, Collectors.toList()));
        hostsByCarpdev.forEach((name, on) -> byName.put(name, new Carpdev(name, on, this)));
    }

    Set<String> names() {
        return byName.keySet();
    }

    Collection<Carpdev> all() {
        return byName.values();
    }

    /** The carpdev of a virtual host of the node. */
    Carpdev of(VirtualHost host) {
        return Objects.requireNonNull(byName.get(host.carpdev()));
    }

    /** Opens the sockets of those that exist; the others follow when they come. Fails where one cannot be opened. */
    Future<Void> open() {
        List<Future<Void>> opened = new ArrayList<>();
        for (Carpdev carpdev : all()) {
            if (carpdev.status().isPresent()) {
                opened.add(carpdev.open());
            } else {
                node.log().trouble("carpdev " + carpdev.name() + " does not exist");
            }
        }
        return Future.all(opened).mapEmpty();
    }

    Future<Void> close() {
        List<Future<Void>> closed = new ArrayList<>();
        all().forEach(carpdev -> closed.add(carpdev.closeSocket()));
        return Future.join(closed).mapEmpty();
    }

    @Override
    public void onStatus(CarpdevStatus status) {
        Carpdev carpdev = byName.get(status.carpdev());
        if (carpdev == null) {
            return;
        }
        carpdev.setStatus(status, node.nowNanos());
        if (node.isRunning()) {
            node.input(() -> node.onLink(carpdev));
            onReopen(carpdev);
        }
    }

    @Override
    public void onAddressGone(InetAddress address) {
        if (node.isRunning()) {
            node.input(() -> node.onAddressGone(address));
        }
    }

    @Override
    public void onInterfaceDown(int ifindex) {
        if (node.isRunning()) {
            node.input(() -> node.onInterfaceDown(ifindex));
        }
    }

    @Override
    public void onLink(Carpdev carpdev) {
        node.onLink(carpdev);
    }

    @Override
    public void onReopen(Carpdev carpdev) {
        if (!carpdev.status().isPresent()) {
            carpdev.closeSocket();
            return;
        }
        carpdev.open()
                .onSuccess(opened -> node.input(() -> node.onLink(carpdev)))
                .onFailure(e -> node.log().trouble("open " + carpdev.name() + ": " + e.getMessage()));
    }

    @Override
    public Future<AdvertSocket> openSocket(Carpdev carpdev, CarpdevStatus status) {
        return node.addressThread()
                .prepare(carpdev.name())
                .compose(prepared -> network.open(context, status, carpdev.listening(), frame -> {
                    if (node.isRunning()) {
                        node.input(() -> node.receive(carpdev, frame));
                    }
                }))
                .onSuccess(opened -> node.onOpened(carpdev));
    }

    @Override
    public void onDeaf(Carpdev carpdev, int errno) {
        node.log().trouble("filter of ARP requests on " + carpdev.name() + ": " + Errno.describe(errno));
    }

    @Override
    public void onSending(Carpdev carpdev, SendErrorWatch.Change change, int errno) {
        node.onSending(carpdev, change, errno);
    }

    void onDeadline(long nowNanos) {
        all().forEach(carpdev -> carpdev.onDeadline(nowNanos));
    }

    long nextDeadlineNanos() {
        long next = CarpInstance.NEVER;
        for (Carpdev carpdev : all()) {
            next = Math.min(next, carpdev.nextDeadlineNanos());
        }
        return next;
    }
}
