// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.carp.packet.MacAddress;
import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.LinkAddress;
import io.mirrorcarp.netio.route.Rtnetlink;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Addresses on the carpdev itself. A file names those that were added, a line each with interface, address and prefix length, before the kernel has
 * them: so that a start after a crash removes them, and nobody's else.
 */
final class CarpdevAddresses implements AddressPlace {
    private static final Logger LOG = LoggerFactory.getLogger(CarpdevAddresses.class);

    private record Added(String device, InetAddress address, int prefixLength) {
        String line() {
            return device + "\t" + address.getHostAddress() + "\t" + prefixLength;
        }
    }

    private final DurableLines file;
    private final Set<Added> added = new LinkedHashSet<>();

    CarpdevAddresses(DurableLines file) {
        this.file = file;
    }

    /** Nothing: an address on the carpdev would be answered for. */
    @Override
    public void rehearse(Rtnetlink route, Link carpdev, AddressPlan plan) {}

    @Override
    public HeldAddresses put(Rtnetlink route, Link carpdev, AddressPlan plan) throws IOException {
        PrefixLength prefixLength = PrefixLength.on(route, carpdev.index(), plan);
        List<InetAddress> present = new ArrayList<>();
        for (LinkAddress address : route.addresses()) {
            if (address.ifindex() == carpdev.index()) {
                present.add(address.address());
            }
        }
        List<Added> missing = new ArrayList<>();
        for (VirtualAddress virtual : plan.addresses()) {
            if (!present.contains(virtual.address())) {
                missing.add(new Added(carpdev.name(), virtual.address(), prefixLength.of(virtual)));
            }
        }
        note(missing);
        try {
            for (Added one : missing) {
                route.addAddress(carpdev.index(), one.address(), one.prefixLength(), true);
            }
        } catch (IOException e) {
            delete(route, carpdev.index(), missing);
            throw e;
        }
        MacAddress mac = new MacAddress(carpdev.mac().value());
        return new HeldAddresses(plan.addresses(), mac, carpdev.forwardsIpv6(), carpdev.index(), missing.size());
    }

    private void note(List<Added> missing) throws IOException {
        if (added.addAll(missing)) {
            save();
        }
    }

    private void save() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Added one : added) {
            lines.add(one.line());
        }
        file.write(lines);
    }

    @Override
    public void remove(Rtnetlink route, int ifindex, AddressPlan plan) throws IOException {
        delete(
                route,
                ifindex,
                added.stream()
                        .filter(one -> one.device().equals(plan.carpdev()) && plan.has(one.address()))
                        .toList());
    }

    private void delete(Rtnetlink route, int ifindex, List<Added> which) throws IOException {
        for (Added one : which) {
            route.deleteAddress(ifindex, one.address(), one.prefixLength());
            added.remove(one);
        }
        save();
    }

    @Override
    public void recover(Rtnetlink route) throws IOException {
        for (String line : file.read()) {
            List<String> fields = List.of(line.split("\t", -1));
            Optional<Link> device = fields.size() == 3 ? route.link(fields.get(0)) : Optional.empty();
            if (device.isPresent()) {
                route.deleteAddress(
                        device.get().index(), InetAddress.getByName(fields.get(1)), Integer.parseInt(fields.get(2)));
            } else if (fields.size() != 3) {
                LOG.warn("{}: a line that is not understood is passed over", file.file());
            }
        }
        added.clear();
        save();
    }
}
