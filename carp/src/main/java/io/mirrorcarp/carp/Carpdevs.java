// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.io.AdvertSocket;
import io.mirrorcarp.carp.io.CarpNetwork;
import io.mirrorcarp.carp.io.CarpdevStatus;
import io.mirrorcarp.carp.io.HeldAddresses;
import io.mirrorcarp.carp.io.LinkMonitor;
import io.mirrorcarp.carp.packet.CarpCounter;
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
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The carpdevs of the node: opens their sockets when the election wants it, and tells it what becomes of them. */
final class Carpdevs implements LinkMonitor.Listener {
    private final Context context;
    private final CarpNetwork network;
    private final CarpNode node;
    private final Reception reception;
    private final Map<String, Carpdev> byName = new LinkedHashMap<>();

    Carpdevs(Context context, CarpNetwork network, Collection<VirtualHost> hosts, CarpNode node, Reception reception) {
        this.context = context;
        this.network = network;
        this.node = node;
        this.reception = reception;
        byCarpdev(hosts).forEach(this::put);
    }

    private void put(String name, Collection<VirtualHost> hosts) {
        byName.put(name, new Carpdev(context, name, hosts, this::onDeaf, reception::onGate));
    }

    private void onDeaf(Carpdev carpdev, int errno) {
        node.log().trouble("filter of ARP requests on " + carpdev.name() + ": " + Errno.describe(errno));
    }

    Set<String> names() {
        return Set.copyOf(byName.keySet());
    }

    Collection<Carpdev> all() {
        return byName.values();
    }

    /** What was discarded on each. */
    Map<String, Map<CarpCounter, Long>> discards() {
        Map<String, Map<CarpCounter, Long>> discards = new TreeMap<>();
        all().forEach(carpdev -> discards.put(carpdev.name(), carpdev.discards().values()));
        return discards;
    }

    Carpdev of(String name) {
        return Objects.requireNonNull(byName.get(name));
    }

    /** Opens the sockets of those that exist; the others follow when they come. Fails where one cannot be opened. */
    Future<Void> open() {
        List<Future<Void>> opened = new ArrayList<>();
        for (Carpdev carpdev : all()) {
            if (carpdev.status().isPresent()) {
                opened.add(open(carpdev));
            }
        }
        return Future.all(opened).mapEmpty();
    }

    private Future<Void> open(Carpdev carpdev) {
        CarpdevStatus status = carpdev.status();
        return carpdev.closeSocket()
                .compose(closed -> node.addressThread().prepare(carpdev.name()))
                .compose(prepared -> openSocket(carpdev, status))
                .map(opened -> {
                    tell(carpdev, now -> node.election().onOpened(carpdev.name(), status.ifindex(), now));
                    return null;
                });
    }

    /** Opens a socket and puts it in the place of the one before. While both are open, frames of the first one count. */
    private Future<Void> openSocket(Carpdev carpdev, CarpdevStatus status) {
        AtomicReference<@Nullable AdvertSocket> mine = new AtomicReference<>();
        return network.open(context, status, carpdev.listening(), frame -> {
                    if (node.isRunning() && carpdev.has(mine.get())) {
                        reception.receive(carpdev, frame);
                    }
                })
                .compose(socket -> {
                    mine.set(socket);
                    return carpdev.setSocket(socket);
                });
    }

    /**
     * The virtual hosts of the node are these from now on, and so are the carpdevs: new ones are there, without a status; those without a virtual host are closed and
     * gone. A socket that has to listen to something else is replaced without a moment in which nothing is heard.
     *
     * @return done when the sockets are replaced; fails where one cannot be
     */
    Future<Void> setHosts(Collection<VirtualHost> hosts) {
        Map<String, List<VirtualHost>> hostsByCarpdev = byCarpdev(hosts);
        List<Future<Void>> replaced = new ArrayList<>();
        hostsByCarpdev.forEach((name, on) -> {
            Carpdev carpdev = byName.get(name);
            if (carpdev == null) {
                put(name, on);
            } else if (carpdev.setHosts(on) && carpdev.isOpen()) {
                replaced.add(openSocket(carpdev, carpdev.status()));
            }
        });
        for (Carpdev unused : List.copyOf(byName.values())) {
            if (!hostsByCarpdev.containsKey(unused.name())) {
                byName.remove(unused.name());
                unused.stopTimers();
                replaced.add(unused.closeSocket());
            }
        }
        return Future.join(replaced).mapEmpty();
    }

    private static Map<String, List<VirtualHost>> byCarpdev(Collection<VirtualHost> hosts) {
        return hosts.stream()
                .collect(Collectors.groupingBy(VirtualHost::carpdev, LinkedHashMap::new, Collectors.toList()));
    }

    /** Closes the socket of one, if it is there. */
    void close(String name) {
        Carpdev carpdev = byName.get(name);
        if (carpdev != null) {
            carpdev.closeSocket();
        }
    }

    /** Opens the socket of one, and tells how that ended. */
    void reopen(Carpdev carpdev) {
        open(carpdev)
                .onFailure(e -> tell(
                        carpdev,
                        now -> node.election()
                                .onOpenFailed(
                                        carpdev.name(),
                                        Objects.requireNonNullElse(e.getMessage(), e.toString()),
                                        now)));
    }

    /** Tells of a carpdev, unless the last virtual host on it has gone. */
    private void tell(Carpdev carpdev, ElectionLoop.Input input) {
        if (node.election().hasCarpdev(carpdev.name())) {
            node.input(input);
        }
    }

    /** Who answers ARP on each is decided anew. */
    void renewArpAnswers(Collection<VirtualHost> hosts) {
        byCarpdev(hosts).forEach((name, on) -> of(name).setArpAnswers(new ArpAnswers(on)));
    }

    Future<Void> close() {
        List<Future<Void>> closed = new ArrayList<>();
        for (Carpdev carpdev : all()) {
            carpdev.stopTimers();
            closed.add(carpdev.closeSocket());
        }
        return Future.join(closed).mapEmpty();
    }

    /** Tells the fate of an advertisement or a probe: 0, or the errno. */
    void sent(Carpdev carpdev, int errno) {
        // To name an errno for the first time takes a tenth of a second, in which advertisements wait.
        Supplier<String> error = errno == 0 ? null : () -> Errno.describe(errno);
        node.input(now -> node.election().onSent(carpdev.name(), error, now));
    }

    @Override
    public void onStatus(CarpdevStatus status) {
        Carpdev carpdev = byName.get(status.carpdev());
        if (carpdev != null) {
            CarpdevStatus before = carpdev.status();
            carpdev.setStatus(status);
            tell(carpdev, now -> node.election().onCarpdev(status.carpdev(), status.ifindex(), status.up(), now));
            if (before.ifindex() == status.ifindex() && !before.mac().equals(status.mac()) && node.isRunning()) {
                tell(carpdev, now -> node.election().onMacChanged(carpdev.name(), now));
            }
        }
    }

    @Override
    public void onAddressGone(InetAddress address) {
        if (node.isRunning()) {
            node.input(now -> node.election().onAddressGone(address, now));
        }
    }

    @Override
    public void onInterfaceDown(int ifindex) {
        if (node.isRunning()) {
            for (RunningHost host : List.copyOf(node.hosts().all())) {
                HeldAddresses held = host.held();
                if (held != null && held.ifindex() == ifindex) {
                    host.tell(now -> node.election().onDisturbed(host.host().name(), now));
                }
            }
        }
    }
}
