// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track.kind;

import io.mirrorcarp.daemon.config.CheckHost;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;

/** A host must answer an ICMP or ICMPv6 echo. {@link InetAddress#isReachable} sends one where the process has CAP_NET_RAW, which carpd needs anyway. */
final class PingCheck implements Check {
    private final CheckHost host;

    PingCheck(CheckHost host) {
        this.host = host;
    }

    @Override
    public String failure(Duration timeout) {
        try {
            return ScopedAddress.of(host).isReachable(Math.max(1, (int) timeout.toMillis()))
                    ? ""
                    : "no answer from " + host.text() + " in " + timeout.toMillis() + " ms";
        } catch (IOException e) {
            return host.text() + ": " + e.getMessage();
        }
    }
}
