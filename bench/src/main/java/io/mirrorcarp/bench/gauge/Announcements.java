// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.gauge;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a takeover looks like on the LAN: when the master that leaves said so first, and when each address was announced first after that, by a gratuitous ARP.
 *
 * @param leftNanos when the first advertisement with advskew 255 came, by which a CARP master leaves; empty where none came
 * @param announcedNanos when each IPv4 address was announced, in the order of time
 */
public record Announcements(OptionalLong leftNanos, Map<Integer, Long> announcedNanos) {
    private static final int ETHER_TYPE = 12;
    private static final int ETHERNET_HEADER = 14;
    private static final int IPV4 = 0x0800;
    private static final int ARP = 0x0806;
    private static final int ARP_BYTES = 28;
    private static final int ARP_SENDER_ADDRESS = 14;
    private static final int ARP_TARGET_ADDRESS = 24;
    private static final int IP_LENGTH_MASK = 0x0f;
    private static final int SHORTEST_ADVERT = 8;
    private static final int LEAVES = 255;

    /** Announcements that do not change any more. */
    public Announcements {
        announcedNanos = new LinkedHashMap<>(announcedNanos);
    }

    /** Of a {@link Pcap} with ARP and protocol 112. */
    static Announcements ofPcap(byte[] file) {
        Map<Integer, Long> announced = new LinkedHashMap<>();
        long[] left = {0};
        Pcap.read(file, (nanos, bytes, start, end) -> {
            int type = end - start > ETHERNET_HEADER ? Short.toUnsignedInt(bytes.getShort(start + ETHER_TYPE)) : 0;
            int content = start + ETHERNET_HEADER;
            if (type == IPV4 && left[0] == 0 && leaves(bytes, content, end)) {
                left[0] = nanos;
            } else if (type == ARP && left[0] != 0 && content + ARP_BYTES <= end && isAnnouncement(bytes, content)) {
                announced.putIfAbsent(bytes.getInt(content + ARP_SENDER_ADDRESS), nanos);
            }
        });
        return new Announcements(left[0] == 0 ? OptionalLong.empty() : OptionalLong.of(left[0]), announced);
    }

    private static boolean leaves(ByteBuffer bytes, int ip, int end) {
        int advert = ip + (bytes.get(ip) & IP_LENGTH_MASK) * Integer.BYTES;
        return advert + SHORTEST_ADVERT <= end && Byte.toUnsignedInt(bytes.get(advert + 2)) == LEAVES;
    }

    private static boolean isAnnouncement(ByteBuffer bytes, int arp) {
        return bytes.getInt(arp + ARP_SENDER_ADDRESS) == bytes.getInt(arp + ARP_TARGET_ADDRESS);
    }

    /** How many addresses were announced. */
    public int count() {
        return announcedNanos.size();
    }

    /** From the word of the master that leaves to the announcement of the last address; NaN where one of the two is missing. */
    public double lastMillis() {
        long last = announcedNanos.values().stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
        return leftNanos.isEmpty() || last == 0 ? Double.NaN : (last - leftNanos.getAsLong()) / 1e6;
    }
}
