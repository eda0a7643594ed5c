// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

import java.net.InetAddress;
import java.util.List;

/**
 * What a node says of itself beside its states, in each heartbeat: whether it could take over, and what its virtual hosts are. Immutable.
 *
 * @param version the program's, at most {@value #MAX_VERSION_BYTES} bytes
 * @param abilities bits of what it does with packets: {@link #FORWARDS_IPV4} and its neighbours
 * @param notReady why it could not take over now, at most {@value #MAX_REASONS} of {@value #MAX_REASON_BYTES} bytes; empty when it could
 * @param hosts its virtual hosts; in a heartbeat, at most {@value #MAX_HOSTS} of them
 * @param settings names the settings that should be alike on all nodes; 0 where it does not tell
 * @param first the place of the first one of {@code hosts} among all, from 0; the others follow, and the first one of all behind the last
 * @param total how many virtual hosts it has, at most {@value #MAX_TOTAL}; 0 where it does not tell
 */
public record Announcement(
        String version, int abilities, List<String> notReady, List<Host> hosts, long settings, int first, int total) {
    /** Packets of IPv4 are forwarded: net.ipv4.ip_forward. */
    public static final int FORWARDS_IPV4 = 1;
    /** Packets of IPv6 are forwarded: net.ipv6.conf.all.forwarding. */
    public static final int FORWARDS_IPV6 = 1 << 1;
    /** There is a NAT hook for IPv4, so that translated flows of a peer are translated here too. */
    public static final int TRANSLATES_IPV4 = 1 << 2;
    /** The same for IPv6. */
    public static final int TRANSLATES_IPV6 = 1 << 3;
    /** Its CARP advertisements prove their order and what they say. */
    public static final int PROVES = 1 << 4;

    static final int MAX_VERSION_BYTES = 32;
    static final int MAX_REASONS = 4;
    static final int MAX_REASON_BYTES = 100;
    /** Virtual hosts in a heartbeat. */
    public static final int MAX_HOSTS = 12;

    static final int MAX_TOTAL = 1024;
    static final int MAX_NAME_BYTES = 16;
    static final int MAX_ADDRESSES = 16;
    static final int MAX_ADDRESS_BYTES = 39;
    static final int MAX_SENDERS = 4;

    /** Of a node that says nothing, as one of an older version does. */
    public static final Announcement NONE = new Announcement("", 0, List.of(), List.of(), 0);

    /**
     * A virtual host.
     *
     * @param name as the node calls it
     * @param vhid 1 to 255
     * @param addresses the digest of the virtual addresses, as in a resignation
     * @param advbase in seconds
     * @param master whether the node is its master now
     * @param named the virtual addresses, at most {@value #MAX_ADDRESSES} in an announcement; said only where a peer has others
     * @param sequence the highest sequence of CARP advertisements that the node sent or heard, 0 to 2^36 - 1; 0 where it does not tell
     * @param masterMillis for how long it has been master; 0 where it is not, or does not tell
     * @param senders the source addresses of its advertisements, at most {@value #MAX_SENDERS}; said only by a master, and not where it sends from a virtual address, as others may do
     */
    public record Host(
            String name,
            int vhid,
            long addresses,
            int advbase,
            boolean master,
            List<String> named,
            long sequence,
            long masterMillis,
            List<InetAddress> senders) {
        public Host {
            named = List.copyOf(named);
            senders = List.copyOf(senders);
        }

        /** One whose addresses are not named, and which says nothing of its advertisements. */
        public Host(String name, int vhid, long addresses, int advbase, boolean master) {
            this(name, vhid, addresses, advbase, master, List.of(), 0, 0, List.of());
        }

        private Host withoutCounts() {
            return new Host(name, vhid, addresses, advbase, master, named, 0, 0, senders);
        }
    }

    public Announcement {
        notReady = List.copyOf(notReady);
        hosts = List.copyOf(hosts);
    }

    /** One that names all virtual hosts of its node. */
    public Announcement(String version, int abilities, List<String> notReady, List<Host> hosts, long settings) {
        this(version, abilities, notReady, hosts, settings, 0, Math.min(hosts.size(), MAX_TOTAL));
    }

    /** Whether the node may have virtual hosts that are not named here: nothing is known of them. */
    public boolean isPartial() {
        return total == 0 ? hosts.size() >= MAX_HOSTS : hosts.size() < total;
    }

    /** The same with some of the virtual hosts. */
    public Announcement withHosts(List<Host> named, int place) {
        return new Announcement(version, abilities, notReady, named, settings, place, total);
    }

    /** The same without what changes all the time: for how long the node has been master, and the sequences of its advertisements. */
    public Announcement withoutCounts() {
        return new Announcement(
                version,
                abilities,
                notReady,
                hosts.stream().map(Host::withoutCounts).toList(),
                settings,
                first,
                total);
    }

    /** Whether it says anything. */
    public boolean isPresent() {
        return !version.isEmpty();
    }
}
