// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.daemon.config.RouteConfiguration;
import io.mirrorcarp.daemon.config.parser.TableReader.Item;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns the texts of {@code route} into routes, or into faults. */
final class RouteReader {
    private static final Pattern ROUTE = Pattern.compile("(\\S+) via (\\S+)(?: metric (\\d{1,9}))?");

    private final Findings findings;
    private final AddressReader addresses;

    RouteReader(Findings findings, AddressReader addresses) {
        this.findings = findings;
        this.addresses = addresses;
    }

    /**
     * One route.
     *
     * @param virtual the addresses of the virtual host: the route lasts as long as one of them, and needs one of its family
     */
    Optional<RouteConfiguration> route(Item item, List<AddressPrefix> virtual) {
        Matcher text = ROUTE.matcher(item.text().strip());
        if (!text.matches()) {
            return fault(
                    item,
                    "is not a route, such as \"default via 203.0.113.6\" or \"10.20.0.0/16 via 10.0.0.9 metric 50\"");
        }
        Optional<InetAddress> gateway = addresses.host(new Item(text.group(2), item.location()));
        if (gateway.isEmpty()) {
            return Optional.empty();
        }
        Optional<AddressPrefix> destination = destination(text.group(1), item, gateway.get());
        if (destination.isEmpty()) {
            return Optional.empty();
        }
        if (!sameFamily(destination.get().address(), gateway.get())) {
            return fault(item, "has a destination and a gateway of different families");
        }
        if (virtual.stream().noneMatch(one -> sameFamily(one.address(), gateway.get()))) {
            return fault(item, "needs a virtual address of its family in this table");
        }
        if (virtual.stream().anyMatch(one -> one.address().equals(gateway.get()))) {
            return fault(item, "has a gateway that is a virtual address of this table: name the other router");
        }
        int metric = text.group(3) == null ? 0 : Integer.parseInt(text.group(3));
        return Optional.of(new RouteConfiguration(destination.get(), gateway.get(), metric));
    }

    private Optional<AddressPrefix> destination(String text, Item item, InetAddress gateway) {
        if (text.equals("default")) {
            return AddressText.parse(gateway.getAddress().length == 4 ? "0.0.0.0" : "::")
                    .map(any -> new AddressPrefix(any, 0));
        }
        return addresses.network(new Item(text, item.location()));
    }

    private static boolean sameFamily(InetAddress one, InetAddress other) {
        return one.getAddress().length == other.getAddress().length;
    }

    private Optional<RouteConfiguration> fault(Item item, String what) {
        findings.fault(item.location(), "\"" + item.text() + "\" " + what);
        return Optional.empty();
    }
}
