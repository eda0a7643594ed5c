// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import java.net.Inet4Address;
import java.net.InetAddress;

/** The family of an advertisement or of a virtual address. A vhid sends one advertisement per family in use. */
public enum AddressFamily {
    IPV4,
    IPV6;

    public static AddressFamily of(InetAddress address) {
        return address instanceof Inet4Address ? IPV4 : IPV6;
    }
}
