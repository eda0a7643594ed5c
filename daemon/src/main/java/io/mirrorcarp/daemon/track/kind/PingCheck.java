// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track.kind;

import io.mirrorcarp.address.AddressText;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;

/** A host must answer an ICMP or ICMPv6 echo. {@link InetAddress#isReachable} sends one where the process has CAP_NET_RAW, which carpd needs anyway. */
final class PingCheck implements Check {
    private final InetAddress host;

    PingCheck(InetAddress host) {
        this.host = host;
    }

    @Override
    public String failure(Duration timeout) {
        try {
            return host.isReachable(Math.max(1, (int) timeout.toMillis()))
                    ? ""
                    : "no answer from " + AddressText.format(host) + " in " + timeout.toMillis() + " ms";
        } catch (IOException e) {
            return AddressText.format(host) + ": " + e.getMessage();
        }
    }
}
