// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.setup;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.filter.FilterPlan;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code carpctl init} was told.
 *
 * @param node the name of this node
 * @param segments at least one
 * @param syncdevs the devices of the state channel, the best one first; empty where connections need not survive
 * @param firstVhid the vhid of the first virtual host; the others follow
 * @param sshPort TCP port of the administrator's sessions
 * @param spread the nodes that work at the same time, where they do
 */
public record SetupPlan(
        String node,
        List<Segment> segments,
        List<String> syncdevs,
        int firstVhid,
        int sshPort,
        Optional<Spread> spread) {
    public SetupPlan {
        segments = List.copyOf(segments);
        syncdevs = List.copyOf(syncdevs);
    }

    /** How many virtual hosts each segment has. */
    public int groups() {
        return spread.map(Spread::groups).orElse(1);
    }

    /** The vhid of a segment in a group, both counted from 0. */
    int vhid(int group, int segment) {
        return firstVhid + group * segments.size() + segment;
    }

    /** The highest vhid that is used. */
    public int lastVhid() {
        return vhid(groups() - 1, segments.size() - 1);
    }

    /** The addresses of the groups, where several nodes work at the same time. */
    Optional<SpreadLayout> layout() {
        return spread.map(all -> new SpreadLayout(segments, all.groups()));
    }

    /** The packet filter for it: from inside out, and NAT to the first virtual IPv4 address outside, or that of the group. */
    public FilterPlan filter() {
        List<FilterPlan.Translation> translations =
                layout().map(this::byGateway).orElseGet(this::translations);
        return new FilterPlan(devices(true), devices(false), syncdevs, translations, sshPort);
    }

    private List<FilterPlan.Translation> translations() {
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
        return translations;
    }

    private List<FilterPlan.Translation> byGateway(SpreadLayout layout) {
        List<FilterPlan.Translation> translations = new ArrayList<>();
        for (int group = 0; group < groups(); group++) {
            for (int in = 0; in < segments.size(); in++) {
                for (Segment out : segments) {
                    if (out.outside() && !segments.get(in).outside()) {
                        String gateway = String.format(Locale.ROOT, "00:00:5e:00:01:%02x", vhid(group, in));
                        layout.exits(segments.get(in), out, group)
                                .forEach(exit -> translations.add(new FilterPlan.Translation(
                                        network(exit.from()),
                                        out.carpdev(),
                                        AddressText.format(exit.to().address()),
                                        Optional.of(gateway))));
                    }
                }
            }
        }
        return translations;
    }

    /** True when one of the virtual addresses is of IPv6. */
    public boolean hasV6() {
        return segments.stream().anyMatch(segment -> !segment.v6().isEmpty());
    }

    private List<String> devices(boolean outside) {
        return segments.stream()
                .filter(segment -> segment.outside() == outside)
                .map(Segment::carpdev)
                .toList();
    }

    private static Optional<AddressPrefix> first4(Segment segment) {
        return segment.v4().stream().findFirst();
    }

    private static String network(AddressPrefix prefix) {
        byte[] bytes = prefix.address().getAddress();
        for (int bit = prefix.length(); bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        try {
            return AddressText.format(InetAddress.getByAddress(bytes)) + "/" + prefix.length();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }
}
