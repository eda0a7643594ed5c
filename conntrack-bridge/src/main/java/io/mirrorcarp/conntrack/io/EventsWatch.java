// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.pfsync.StateEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Watches net.netfilter.nf_conntrack_events while the daemon runs. While it is 0 the kernel tells of nothing, and flows that begin then are silent for their whole
 * life: only dumps show them. It is set back, and a sweep is asked for.
 */
final class EventsWatch {
    static final Path FILE = Path.of("/proc/sys/net/netfilter/nf_conntrack_events");

    private static final String NONE = "0";
    private static final String ALWAYS = "1";

    private boolean complained;

    /** Looks, and acts; to be called now and then, on a thread of the network namespace. */
    void look(StateEvents events) {
        try {
            if (!Files.readString(FILE).strip().equals(NONE)) {
                complained = false;
                return;
            }
            Files.writeString(FILE, ALWAYS);
            events.onNotice(
                    "net.netfilter.nf_conntrack_events was set to 0, so that peers heard of no flow; it is 1 again."
                            + " The table is read for what began meanwhile");
            events.onOverrun();
        } catch (IOException e) {
            if (!complained) {
                complained = true;
                events.onNotice("net.netfilter.nf_conntrack_events is 0 and cannot be set (" + e.getMessage()
                        + "): peers hear of no flow but by dumps; run sysctl -w net.netfilter.nf_conntrack_events=1");
            }
            events.onOverrun();
        }
    }
}
