// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import io.mirrorcarp.address.MacAddress;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Somebody's question for the MAC of an IPv4 address (RFC 826), which load balancing answers in the kernel's place.
 *
 * @param sender the asker's address; 0.0.0.0 in a probe
 */
public record ArpRequest(MacAddress senderMac, Inet4Address sender, Inet4Address target) {
    private static final int SENDER_MAC = Ethernet.LENGTH + 8;
    private static final int SENDER = SENDER_MAC + MacAddress.LENGTH;
    private static final int TARGET = SENDER + 4 + MacAddress.LENGTH;

    /** Reads the untagged frame between position and limit; null when it is anything but a well-formed request. */
    public static @Nullable ArpRequest parse(ByteBuffer buffer) {
        ByteBuffer frame = buffer.slice().order(ByteOrder.BIG_ENDIAN);
        boolean request = frame.limit() >= Arp.LENGTH
                && Ethernet.type(frame) == Ethernet.TYPE_ARP
                && frame.getLong(Ethernet.LENGTH) == Arp.REQUEST_HEADER;
        if (!request) {
            return null;
        }
        return new ArpRequest(
                MacAddress.get(frame, SENDER_MAC), (Inet4Address) IpAddress.get(frame, SENDER, 4), (Inet4Address)
                        IpAddress.get(frame, TARGET, 4));
    }

    /** The frame that answers it: the target is at that MAC. */
    public byte[] reply(MacAddress mac) {
        return Arp.frame(Arp.OP_REPLY, senderMac, mac, target, senderMac, sender);
    }
}
