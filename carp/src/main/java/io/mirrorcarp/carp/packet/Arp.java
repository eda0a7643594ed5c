// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import io.mirrorcarp.address.MacAddress;
import java.net.Inet4Address;
import java.nio.ByteBuffer;

/**
 * ARP for IPv4 over Ethernet (RFC 826): hardware type 1, protocol type 0x0800, lengths 6 and 4, operation, then sender and
 * target, hardware before protocol address.
 */
final class Arp {
    static final int LENGTH = Ethernet.LENGTH + 28;
    static final int OP_REQUEST = 1;
    static final int OP_REPLY = 2;
    /** The eight bytes before the addresses, in a request. */
    static final long REQUEST_HEADER = 0x0001_0800_0604_0000L | OP_REQUEST;

    private Arp() {}

    static byte[] frame(
            int operation,
            MacAddress destination,
            MacAddress sender,
            Inet4Address senderAddress,
            MacAddress target,
            Inet4Address targetAddress) {
        ByteBuffer frame = ByteBuffer.allocate(LENGTH);
        Ethernet.put(frame, destination, sender, Ethernet.TYPE_ARP);
        frame.putLong(REQUEST_HEADER - OP_REQUEST + operation);
        sender.put(frame);
        frame.put(senderAddress.getAddress());
        target.put(frame);
        frame.put(targetAddress.getAddress());
        return frame.array();
    }
}
