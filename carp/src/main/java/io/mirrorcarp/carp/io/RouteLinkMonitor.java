// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.LinkAddress;
import io.mirrorcarp.netio.route.RouteListener;
import io.mirrorcarp.netio.route.RouteMonitor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Follows the carpdevs through rtnetlink by their names: removal, renaming and re-creation included. */
final class RouteLinkMonitor implements LinkMonitor, RouteListener {

    private record AddressKey(int ifindex, InetAddress address, int prefixLength) {
        static AddressKey of(LinkAddress address) {
            return new AddressKey(address.ifindex(), address.address(), address.prefixLength());
        }
    }

    private final List<String> carpdevs;
    private final Listener listener;
    private final Promise<Void> listed = Promise.promise();
    private final Map<Integer, Link> links = new HashMap<>();
    private final Map<AddressKey, LinkAddress> addresses = new LinkedHashMap<>();
    private final Map<String, CarpdevStatus> told = new HashMap<>();
    private @Nullable RouteMonitor monitor;
    private boolean complete;

    private RouteLinkMonitor(Collection<String> carpdevs, Listener listener) {
        this.carpdevs = List.copyOf(carpdevs);
        this.listener = listener;
    }

    static Future<LinkMonitor> open(Context context, Collection<String> carpdevs, Listener listener)
            throws ErrnoException {
        RouteLinkMonitor self = new RouteLinkMonitor(carpdevs, listener);
        return RouteMonitor.open(context, self, self::onListed).compose(opened -> {
            self.monitor = opened;
            return self.listed.future().map(nothing -> self);
        });
    }

    private void onListed() {
        complete = true;
        tell();
        // Changes nothing. But the JVM makes the code that compares two statuses when it compares the first two, for 5
        // ms, which would be in a takeover.
        tell();
        listed.tryComplete();
    }

    private void tell() {
        if (!complete) {
            return;
        }
        for (String carpdev : carpdevs) {
            CarpdevStatus now = links.values().stream()
                    .filter(link -> link.name().equals(carpdev))
                    .findFirst()
                    .map(this::status)
                    .orElseGet(() -> CarpdevStatus.absent(carpdev));
            if (!now.equals(told.put(carpdev, now))) {
                listener.onStatus(now);
            }
        }
    }

    private CarpdevStatus status(Link link) {
        List<LinkAddress> usable = addresses.values().stream()
                .filter(address -> address.ifindex() == link.index() && address.isUsable() && !LeaseMark.isOn(address))
                .toList();
        MacAddress mac = link.mac();
        return new CarpdevStatus(link.name(), link.index(), link.isOperational(), mac, usable);
    }

    @Override
    public void onLink(Link link) {
        links.put(link.index(), link);
        if (complete && !link.isUp()) {
            listener.onInterfaceDown(link.index());
        }
        tell();
    }

    @Override
    public void onLinkGone(Link last) {
        links.remove(last.index());
        if (complete) {
            listener.onInterfaceDown(last.index());
        }
        tell();
    }

    @Override
    public void onAddress(LinkAddress address) {
        addresses.put(AddressKey.of(address), address);
        tell();
    }

    @Override
    public void onAddressGone(LinkAddress last) {
        addresses.remove(AddressKey.of(last));
        if (complete) {
            listener.onAddressGone(last.address());
        }
        tell();
    }

    @Override
    public Future<Void> close() {
        RouteMonitor opened = monitor;
        return opened == null ? Future.succeededFuture() : opened.close();
    }
}
