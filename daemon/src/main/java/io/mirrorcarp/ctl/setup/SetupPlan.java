// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.setup;

import io.mirrorcarp.daemon.config.AddressPrefix;
import io.mirrorcarp.filter.FilterPlan;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code carpctl init} was told.
 *
 * @param node the name of this node
 * @param segments at least one
 * @param syncdev the device of the state channel; empty where connections need not survive
 * @param firstVhid the vhid of the first segment; the others follow
 * @param sshPort TCP port of the administrator's sessions
 */
public record SetupPlan(String node, List<Segment> segments, Optional<String> syncdev, int firstVhid, int sshPort) {
    public SetupPlan {
        segments = List.copyOf(segments);
    }

    /** The packet filter for it: from inside out, and NAT to the first virtual IPv4 address outside. */
    public FilterPlan filter() {
        List<String> outside = devices(true);
        List<String> inside = devices(false);
        List<FilterPlan.Translation> translations = new ArrayList<>();
        for (Segment out : segments) {
            Optional<AddressPrefix> public4 = first4(out);
            if (out.outside() && public4.isPresent()) {
                for (Segment in : segments) {
                    first4(in)
                            .filter(prefix -> !in.outside())
                            .ifPresent(prefix -> translations.add(new FilterPlan.Translation(
                                    network(prefix),
                                    out.carpdev(),
                                    public4.get().address().getHostAddress())));
                }
            }
        }
        return new FilterPlan(outside, inside, syncdev, translations, sshPort);
    }

    /** True when one of the virtual addresses is of IPv6. */
    public boolean hasV6() {
        return segments.stream()
                .flatMap(segment -> segment.addresses().stream())
                .anyMatch(prefix -> prefix.address() instanceof Inet6Address);
    }

    private List<String> devices(boolean outside) {
        return segments.stream()
                .filter(segment -> segment.outside() == outside)
                .map(Segment::carpdev)
                .toList();
    }

    private static Optional<AddressPrefix> first4(Segment segment) {
        return segment.addresses().stream()
                .filter(prefix -> prefix.address() instanceof Inet4Address)
                .findFirst();
    }

    private static String network(AddressPrefix prefix) {
        byte[] bytes = prefix.address().getAddress();
        for (int bit = prefix.length(); bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        try {
            return InetAddress.getByAddress(bytes).getHostAddress() + "/" + prefix.length();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 bytes are an address", e);
        }
    }
}
