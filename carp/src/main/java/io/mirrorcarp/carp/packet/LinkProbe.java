// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import io.mirrorcarp.address.MacAddress;
import java.nio.ByteBuffer;

/**
 * A frame that does nothing: from the device's own MAC to the same MAC, with the type that IEEE 802 keeps for local
 * experiments. A backup sends it to learn whether sending works again; it neither claims the virtual MAC nor speaks CARP.
 */
public final class LinkProbe {
    private static final int LENGTH = 60;
    private static final int TYPE_LOCAL_EXPERIMENTAL = 0x88b5;

    private LinkProbe() {}

    /** 60 bytes, zero after the header. */
    public static byte[] frame(MacAddress interfaceMac) {
        ByteBuffer frame = ByteBuffer.allocate(LENGTH);
        Ethernet.put(frame, interfaceMac, interfaceMac, TYPE_LOCAL_EXPERIMENTAL);
        return frame.array();
    }
}
