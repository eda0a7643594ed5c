// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import io.mirrorcarp.address.MacAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What speaks on IP protocol 112. */
public enum Protocol {
    CARP(CarpHeader.VERSION),
    /** RFC 3768: IPv4 only, whole seconds. */
    VRRP2(2),
    /** RFC 9568. */
    VRRP3(3);

    private static final int ADVERTISEMENT = 1;
    private static final int CARP_AUTH_WORDS = 7;
    /** Of a VRRPv2 message with seven addresses. */
    private static final int SEVEN_ADDRESSES = 44;

    private final int version;

    Protocol(int version) {
        this.version = version;
    }

    /** The first four bits of its messages. */
    public int version() {
        return version;
    }

    public boolean isVrrp() {
        return this != CARP;
    }

    /** The Ethernet address that the master of a vhid answers with. VRRP has one of its own for IPv6. */
    public MacAddress virtualMac(int vhid, AddressFamily family) {
        return isVrrp() && family == AddressFamily.IPV6 ? VirtualMac.ofIpv6(vhid) : VirtualMac.of(vhid);
    }

    /**
     * Whose advertisement a message looks like, or null where it is no advertisement. CARP and VRRP 2 begin alike. The fourth byte is 7 with CARP, the words of its proof, and the number of addresses
     * with VRRP; with seven of them the length tells.
     *
     * @param start index of its first byte
     * @param length its bytes, by the IP header
     */
    public static @Nullable Protocol of(ByteBuffer frame, int start, int length) {
        if (length < VrrpHeader.LENGTH || (frame.get(start) & 0xf) != ADVERTISEMENT) {
            return null;
        }
        return switch (frame.get(start) >>> 4 & 0xf) {
            case 2 ->
                frame.get(start + 3) == CARP_AUTH_WORDS && length >= CarpHeader.LENGTH && length != SEVEN_ADDRESSES
                        ? CARP
                        : VRRP2;
            case 3 -> VRRP3;
            default -> null;
        };
    }
}
