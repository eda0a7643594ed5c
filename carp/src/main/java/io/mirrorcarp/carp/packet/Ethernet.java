// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import io.mirrorcarp.address.MacAddress;
import java.nio.ByteBuffer;

/** The untagged Ethernet II header: destination (6), source (6), type (2). */
final class Ethernet {
    static final int LENGTH = 14;
    static final int TYPE_IPV4 = 0x0800;
    static final int TYPE_ARP = 0x0806;
    static final int TYPE_IPV6 = 0x86dd;

    private Ethernet() {}

    static void put(ByteBuffer frame, MacAddress destination, MacAddress source, int type) {
        destination.put(frame);
        source.put(frame);
        frame.putShort((short) type);
    }

    static int type(ByteBuffer frame) {
        return frame.getShort(2 * MacAddress.LENGTH) & 0xffff;
    }

    static MacAddress source(ByteBuffer frame) {
        return MacAddress.get(frame, MacAddress.LENGTH);
    }
}
