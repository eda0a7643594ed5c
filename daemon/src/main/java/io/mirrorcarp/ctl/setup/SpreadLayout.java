// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.setup;

import io.mirrorcarp.address.AddressPrefix;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which addresses each group has where several nodes work at the same time, and which way its connections come back.
 *
 * <p>IPv4: an address for each group; inside one that all share by ARP balancing will do. IPv6: an address for each group, or one that belongs to the first. IPv6 hosts with private addresses (fc00::/7) leave with the
 * address of their group, as those of IPv4 do. What is not translated comes back by one node, whoever let it out.
 *
 * @param segments all networks
 * @param groups 2 or more
 */
record SpreadLayout(List<Segment> segments, int groups) {
    SpreadLayout {
        segments = List.copyOf(segments);
    }

    /** How many groups the addresses outside make: as many as the most of a family on one interface. */
    static int groups(List<Segment> segments) {
        return segments.stream()
                .filter(Segment::outside)
                .mapToInt(segment -> Math.max(segment.v4().size(), segment.v6().size()))
                .max()
                .orElse(0);
    }

    /** What is wrong with the addresses, and what would be right; empty when they are good. */
    Optional<String> problem() {
        return segments.stream().map(this::problem).flatMap(Optional::stream).findFirst();
    }

    private Optional<String> problem(Segment segment) {
        int v4 = segment.v4().size();
        int v6 = segment.v6().size();
        String device = segment.carpdev();
        if (segment.v6().stream().anyMatch(prefix -> prefix.address().isLinkLocalAddress())) {
            return Optional.of(
                    device + " has a virtual address of the link: with --nodes name one of the network's own prefix");
        }
        if (v4 != 0 && v4 != groups && (segment.outside() || v4 != 1)) {
            return Optional.of(device + " has " + v4 + " virtual IPv4 addresses: it needs " + groups
                    + ", one for each group" + (segment.outside() ? "" : ", or one that the groups share"));
        }
        if (v6 > 1 && v6 != groups) {
            return Optional.of(device + " has " + v6 + " virtual IPv6 addresses: it needs " + groups
                    + ", one for each group, or one, which the first group serves");
        }
        if (v4 == 0 && v6 != groups) {
            return Optional.of(device + " has no address for each of the " + groups
                    + " groups: all networks need one, or connections pass two nodes");
        }
        boolean privateHosts =
                segments.stream().anyMatch(in -> isPrivate(in) && in.v6().size() == groups);
        return segment.outside() && v6 == 1 && privateHosts
                ? Optional.of(
                        device + " has 1 virtual IPv6 address: the private ones inside are translated, so it needs "
                                + groups + ", one for each group")
                : Optional.empty();
    }

    /** The addresses of a segment in a group, counted from 0. */
    List<AddressPrefix> addresses(Segment segment, int group) {
        List<AddressPrefix> mine = new ArrayList<>();
        if (!segment.v4().isEmpty()) {
            mine.add(segment.v4().get(segment.v4().size() == 1 ? 0 : group));
        }
        if (segment.v6().size() > 1) {
            mine.add(segment.v6().get(group));
        } else if (group == 0) {
            mine.addAll(segment.v6());
        }
        return mine;
    }

    /** True when the groups share an address, and each node answers ARP for a part of the hosts. */
    boolean sharesAddress() {
        return segments.stream()
                .anyMatch(segment -> !segment.outside() && segment.v4().size() == 1);
    }

    /** True when the answers to some packets come back by another node than the one that let them out. */
    boolean isAsymmetric() {
        boolean outside =
                segments.stream().anyMatch(out -> out.outside() && !out.v6().isEmpty());
        return outside
                && segments.stream().anyMatch(in -> !in.outside() && in.v6().size() > 1 && !isPrivate(in));
    }

    /** An address that what comes in by one segment leaves another with. */
    record Exit(AddressPrefix from, AddressPrefix to) {}

    /** The translations between two segments in a group: those of IPv4, and those of private IPv6. */
    List<Exit> exits(Segment in, Segment out, int group) {
        List<Exit> exits = new ArrayList<>();
        if (!in.v4().isEmpty() && !out.v4().isEmpty()) {
            exits.add(new Exit(in.v4().get(0), out.v4().get(group)));
        }
        boolean serves = in.v6().size() > 1 || group == 0;
        if (isPrivate(in) && serves && !out.v6().isEmpty()) {
            exits.add(new Exit(
                    in.v6().get(0), out.v6().get(Math.min(group, out.v6().size() - 1))));
        }
        return exits;
    }

    /** Whether the hosts of a segment have unique local addresses, which nobody outside can answer (RFC 4193). */
    private static boolean isPrivate(Segment segment) {
        return !segment.outside()
                && !segment.v6().isEmpty()
                && segment.v6().stream()
                        .allMatch(prefix -> prefix.address() instanceof Inet6Address address
                                && (address.getAddress()[0] & 0xfe) == 0xfc);
    }
}
