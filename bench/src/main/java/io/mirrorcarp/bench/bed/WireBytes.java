// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.bed;

import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Bytes that passed a device, both directions, Ethernet and IP headers included, as the device itself counts them.
 *
 * @param bytes since the device was made
 */
public record WireBytes(long bytes) {
    private static final int RECEIVED = 0;
    private static final int SENT = 8;

    /** Those of the sync link, seen from a firewall. */
    public static WireBytes ofSyncLink(LabHost host) {
        return of(host, "sync0");
    }

    /** Those of a device of a host. */
    public static WireBytes of(LabHost host, String device) {
        return parse(host.call(() -> Files.readString(Path.of("/proc/thread-self/net/dev"))), device);
    }

    /** Reads the text of /proc/net/dev: a line for each device, its name before a colon, then 16 counters. */
    static WireBytes parse(String text, String device) {
        for (String line : text.lines().toList()) {
            String[] parts = line.strip().split(":", 2);
            if (parts.length == 2 && parts[0].equals(device)) {
                String[] counters = parts[1].strip().split(" +", -1);
                return new WireBytes(Long.parseLong(counters[RECEIVED]) + Long.parseLong(counters[SENT]));
            }
        }
        throw new LabException("no device " + device + " to count bytes of");
    }
}
