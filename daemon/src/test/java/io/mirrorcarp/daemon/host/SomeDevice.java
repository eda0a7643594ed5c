// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import java.io.UncheckedIOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;

/** An Ethernet interface of this host, for a configuration that is checked; nothing is sent there. */
public final class SomeDevice {
    private SomeDevice() {}

    /** Its name. */
    public static String name() {
        try {
            for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (!each.isLoopback() && each.getHardwareAddress() != null) {
                    return each.getName();
                }
            }
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("needs an Ethernet interface beside lo");
    }
}
