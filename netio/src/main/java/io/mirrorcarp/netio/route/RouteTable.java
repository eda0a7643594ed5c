// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import io.mirrorcarp.netio.netlink.NetlinkReader;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The interfaces and addresses as the messages so far tell them; tells a listener what changed, and only that.
 *
 * <p>A listing goes on beside the events of the same socket: between {@link #beginListing} and {@link #endListing} every entry that a message
 * names is marked, and at the end those without a mark are gone. So events that were lost are made up for.
 */
final class RouteTable {

    private record AddressKey(int ifindex, InetAddress address, int prefixLength) {}

    /** An entry and the listing that named it last. */
    private record Seen<T>(T value, int listing) {}

    private final RouteListener listener;
    private final Map<Integer, Seen<Link>> links = new HashMap<>();
    private final Map<AddressKey, Seen<LinkAddress>> addresses = new HashMap<>();
    private int listing;

    RouteTable(RouteListener listener) {
        this.listener = listener;
    }

    /** Takes one message; others than of links and addresses are ignored. */
    void apply(NetlinkReader message) {
        switch (message.type()) {
            case RouteMessages.NEWLINK, RouteMessages.DELLINK -> applyLink(message);
            case RouteMessages.NEWADDR, RouteMessages.DELADDR -> applyAddress(message);
            default -> {}
        }
    }

    private void applyLink(NetlinkReader message) {
        Link link = RouteMessages.readLink(message);
        if (link == null) {
            return;
        }
        if (message.type() == RouteMessages.DELLINK) {
            if (links.remove(link.index()) != null) {
                listener.onLinkGone(link);
            }
            return;
        }
        Seen<Link> before = links.put(link.index(), new Seen<>(link, listing));
        if (before == null || !before.value().equals(link)) {
            listener.onLink(link);
        }
    }

    private void applyAddress(NetlinkReader message) {
        LinkAddress address = RouteMessages.readAddress(message);
        if (address == null) {
            return;
        }
        AddressKey key = new AddressKey(address.ifindex(), address.address(), address.prefixLength());
        if (message.type() == RouteMessages.DELADDR) {
            if (addresses.remove(key) != null) {
                listener.onAddressGone(address);
            }
            return;
        }
        Seen<LinkAddress> before = addresses.put(key, new Seen<>(address, listing));
        if (before == null || !before.value().equals(address)) {
            listener.onAddress(address);
        }
    }

    /** A listing of both tables begins. */
    void beginListing() {
        listing++;
    }

    /** The listing is complete: what it did not name is gone. */
    void endListing() {
        for (LinkAddress gone : removeUnlisted(addresses)) {
            listener.onAddressGone(gone);
        }
        for (Link gone : removeUnlisted(links)) {
            listener.onLinkGone(gone);
        }
    }

    private <K, T> List<T> removeUnlisted(Map<K, Seen<T>> table) {
        List<T> gone = new ArrayList<>();
        Iterator<Seen<T>> entries = table.values().iterator();
        while (entries.hasNext()) {
            Seen<T> entry = entries.next();
            if (entry.listing() != listing) {
                entries.remove();
                gone.add(entry.value());
            }
        }
        return gone;
    }
}
