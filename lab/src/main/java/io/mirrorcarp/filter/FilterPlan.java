// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the rules of a router depend on. Devices are named as the kernel names them.
 *
 * @param outside devices of the networks that connections may be opened to; carpdevs
 * @param inside devices of the networks whose hosts may open connections to the outside; carpdevs
 * @param syncdevs the devices of the state channel; empty for none. One may be a carpdev as well
 * @param translations networks that leave with a virtual address
 * @param sshPort TCP port of the administrator's sessions, 1 to 65535
 */
public record FilterPlan(
        List<String> outside, List<String> inside, List<String> syncdevs, List<Translation> translations, int sshPort) {
    public static final int SSH = 22;

    /** The picture of the README. */
    public static final FilterPlan README = new FilterPlan(
            List.of("wan0"),
            List.of("lan0"),
            List.of("sync0"),
            List.of(new Translation("10.0.0.0/24", "wan0", "203.0.113.1")),
            SSH);

    public FilterPlan {
        outside = List.copyOf(outside);
        inside = List.copyOf(inside);
        syncdevs = List.copyOf(syncdevs);
        translations = List.copyOf(translations);
    }

    /** The devices on which routers advertise. */
    public List<String> carpdevs() {
        List<String> all = new ArrayList<>(outside);
        inside.stream().filter(device -> !all.contains(device)).forEach(all::add);
        return all;
    }

    /**
     * Source NAT to a virtual address, which the peer can go on with.
     *
     * @param network of the hosts, such as 10.0.0.0/24 or fd00:1::/64
     * @param device by which they leave
     * @param address a virtual address of the same family on that device
     * @param gateway the MAC address that they sent the packet to, where several gateways share the network; empty for any
     */
    public record Translation(String network, String device, String address, Optional<String> gateway) {
        /** For all hosts of a network. */
        public Translation(String network, String device, String address) {
            this(network, device, address, Optional.empty());
        }
    }
}
