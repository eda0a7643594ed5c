// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import java.net.InetAddress;

/**
 * One virtual address.
 *
 * @param prefixLength of the subnet it is configured with, 0 to 32 or 128
 */
public record VirtualAddress(InetAddress address, int prefixLength) {
    public VirtualAddress {
        if (prefixLength < 0 || prefixLength > address.getAddress().length * 8) {
            throw new IllegalArgumentException("prefix length of " + address.getHostAddress() + ": " + prefixLength);
        }
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefixLength;
    }
}
