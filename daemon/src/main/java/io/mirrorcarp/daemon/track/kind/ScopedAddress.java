// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track.kind;

import io.mirrorcarp.daemon.config.CheckHost;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;

/** Where a host is now: an interface that was made anew has another number. */
final class ScopedAddress {
    private ScopedAddress() {}

    /** @throws IOException where the interface of a link-local address is not there */
    static InetAddress of(CheckHost host) throws IOException {
        return host.device().isEmpty()
                ? host.address()
                : Inet6Address.getByAddress(null, host.address().getAddress(), index(host.device()));
    }

    /** The number of an interface. */
    static int index(String device) throws IOException {
        NetworkInterface found = NetworkInterface.getByName(device);
        if (found == null) {
            throw new IOException("there is no interface " + device);
        }
        return found.getIndex();
    }
}
