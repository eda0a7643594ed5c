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
 * When advertisements, or announcements, passed the wire: tcpdump notes them with the kernel's own time stamps. Nothing in this process is on the clock.
 */
public final class AdvertCapture {
    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    private static final String SNAP_BYTES = "128";
    private static final String RING_KIBIBYTES = "8192";

    private final LabProcess tcpdump;
    private final Path file;

    private AdvertCapture(LabHost host, String device, String filter) {
        file = host.directory().resolve("adverts.pcap");
        tcpdump = host.spawn(
                "tcpdump",
                "tcpdump",
                "-i",
                device,
                "-n",
                "-U",
                "--immediate-mode",
                // Room for thousands of short packets. With places for the longest ones the ring has eight of them, and
                // loses what comes in a burst.
                "-s",
                SNAP_BYTES,
                "-B",
                RING_KIBIBYTES,
                "--time-stamp-precision=nano",
                "-w",
                file.toString(),
                filter);
        Waiting.until("tcpdump to listen", START_LIMIT, () -> tcpdump.log().contains("listening on"));
    }

    /** Starts to note what fw-a sends by protocol 112, which CARP and VRRP share, on a firewall's lan0, and waits until it does. */
    public static AdvertCapture ofPreferred(LabHost host) {
        return new AdvertCapture(host, "lan0", "ip proto 112 and src host 10.0.0.2");
    }

    /** Starts to note what a client hears of a takeover, and waits until it does. */
    public static AdvertCapture ofTakeover(LabHost client) {
        return new AdvertCapture(client, "eth0", "arp or ip proto 112");
    }

    /** What was noted so far. */
    public AdvertTimes times() {
        return AdvertTimes.ofPcap(bytes());
    }

    /** What was noted of a takeover so far. */
    public Announcements announcements() {
        return Announcements.ofPcap(bytes());
    }

    private byte[] bytes() {
        try {
            return Files.readAllBytes(file);
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
