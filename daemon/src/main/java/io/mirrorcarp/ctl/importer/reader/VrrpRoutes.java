// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.ctl.importer.model.HostDraft;
import io.mirrorcarp.ctl.importer.source.Statement;
import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** keepalived's {@code virtual_routes}, as far as the key {@code route} can say them: {@code NETWORK via GATEWAY [metric N]}, through the carpdev. */
final class VrrpRoutes {
    private static final Pattern ROUTE = Pattern.compile("(\\S+) via (\\S+)( metric \\d{1,9})?");

    private VrrpRoutes() {}

    /** Reads the block into a virtual host whose addresses and carpdev are known. What cannot be said so is left, with its line. */
    static void read(Statement block, HostDraft host, Reading reading) {
        for (Statement line : block.block()) {
            String text = plain(String.join(" ", line.words()), host.carpdev());
            if (isRoute(text, host)) {
                host.routes().add(text);
            } else {
                reading.leave(
                        line.place(),
                        "virtual_routes " + String.join(" ", line.words()),
                        "route takes NETWORK via GATEWAY, through the carpdev, and a metric: a hook can do more");
            }
        }
    }

    /** Without what the carpdev says already, and with the one word for everything. */
    private static String plain(String words, String carpdev) {
        return words.replaceFirst("^to ", "")
                .replaceFirst(" dev " + Pattern.quote(carpdev) + "(?= |$)", "")
                .replaceFirst("^(0\\.0\\.0\\.0/0|::/0) ", "default ");
    }

    private static boolean isRoute(String text, HostDraft host) {
        Matcher route = ROUTE.matcher(text);
        Optional<InetAddress> gateway = route.matches() ? AddressText.parse(route.group(2)) : Optional.empty();
        if (gateway.isEmpty()) {
            return false;
        }
        boolean ofTheHost =
                host.addresses().stream().anyMatch(virtual -> isOfOneFamily(virtual.address(), gateway.get()));
        boolean virtual =
                host.addresses().stream().anyMatch(address -> address.address().equals(gateway.get()));
        return ofTheHost && !virtual && isDestination(route.group(1), gateway.get());
    }

    private static boolean isDestination(String text, InetAddress gateway) {
        if (text.equals("default")) {
            return true;
        }
        Optional<AddressPrefix> network =
                text.contains("/") ? Prefixes.parse(text, OptionalInt.empty()) : Optional.empty();
        return network.filter(prefix -> prefix.hostBitsAre(0) && isOfOneFamily(prefix.address(), gateway))
                .isPresent();
    }

    private static boolean isOfOneFamily(InetAddress one, InetAddress other) {
        return one.getAddress().length == other.getAddress().length;
    }
}
