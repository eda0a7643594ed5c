// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.gauge;

import io.mirrorcarp.bench.bed.Waiting;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * When advertisements passed the wire: tcpdump on a firewall's lan0 notes what fw-a sends by protocol 112, which CARP and VRRP share, with the
 * kernel's own time stamps. Nothing in this process is on the clock.
 */
public final class AdvertCapture {
    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    private final LabProcess tcpdump;
    private final Path file;

    /** Starts to note, and waits until it does. */
    public AdvertCapture(LabHost host) {
        file = host.directory().resolve("adverts.pcap");
        tcpdump = host.spawn(
                "tcpdump",
                "tcpdump",
                "-i",
                "lan0",
                "-n",
                "-U",
                "--immediate-mode",
                "--time-stamp-precision=nano",
                "-w",
                file.toString(),
                "ip proto 112 and src host 10.0.0.2");
        Waiting.until("tcpdump to listen", START_LIMIT, () -> tcpdump.log().contains("listening on"));
    }

    /** What was noted so far. */
    public AdvertTimes times() {
        try {
            return AdvertTimes.ofPcap(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new LabException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Ends it. */
    public AdvertTimes end() {
        tcpdump.terminate();
        tcpdump.awaitEnd(END_LIMIT);
        return times();
    }
}
