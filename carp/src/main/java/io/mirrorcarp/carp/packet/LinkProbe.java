// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import io.mirrorcarp.address.MacAddress;
import java.nio.ByteBuffer;

/**
 * A frame that does nothing: from the device's own MAC to the same MAC, with the type that IEEE 802 keeps for local
 * experiments. A backup sends it to learn whether sending works again; it neither claims the virtual MAC nor speaks CARP.
 */
public final class LinkProbe {
    /** The EtherType. */
    public static final int TYPE = 0x88b5;

    private static final int LENGTH = 60;

    private LinkProbe() {}

    /** 60 bytes, zero after the header. */
    public static byte[] frame(MacAddress interfaceMac) {
        return frame(interfaceMac, interfaceMac);
    }

    /** The same to another MAC: to a virtual one that this node has it does not leave the host, and renews the lease of it. */
    public static byte[] frame(MacAddress to, MacAddress interfaceMac) {
        ByteBuffer frame = ByteBuffer.allocate(LENGTH);
        Ethernet.put(frame, to, interfaceMac, TYPE);
        return frame.array();
    }
}
