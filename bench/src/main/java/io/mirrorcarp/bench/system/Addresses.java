// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.system;

import io.mirrorcarp.bench.bed.Waiting;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabProcess;
import java.time.Duration;

/** What is the same of all systems that elect: who has the virtual addresses, as the kernels tell, and whether it has ended. */
final class Addresses {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Addresses() {}

    /** Waits until a host has both. */
    static void awaitOn(LabHost host) {
        Waiting.until("the addresses on " + host.name(), LIMIT, () -> count(host) == 2);
    }

    /** Waits until one host has both, and the other none. */
    static void awaitOn(LabHost preferred, LabHost other) {
        Waiting.until("the addresses on " + preferred.name(), LIMIT, () -> count(preferred) == 2 && count(other) == 0);
    }

    /** Waits until nothing runs on a host that was started there. */
    static void awaitEnd(LabHost host) {
        Waiting.until(
                "the end of what ran on " + host.name(),
                LIMIT,
                () -> host.processes().stream().noneMatch(LabProcess::isAlive));
    }

    private static int count(LabHost host) {
        String text = host.run("ip", "-4", "-o", "address").orThrow().out();
        int count = 0;
        for (String address : new String[] {Topology.VIRTUAL_LAN, Topology.VIRTUAL_WAN}) {
            count += text.contains(" " + address + "/") ? 1 : 0;
        }
        return count;
    }
}
