// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.host.KernelSettings;
import io.mirrorcarp.daemon.host.SettingsWatch;
import io.mirrorcarp.pfsync.message.Announcement;
import java.util.List;
import java.util.SortedMap;

/** What this node's kernel can do for the flows of others, and what somebody changes of that while the daemon runs. One look comes after the other, on any thread. */
final class KernelAbilities {
    /** The settings are read with each third look: that lists the chains of the packet filter. */
    private static final int LOOKS_A_READING = 3;

    private static final String OFF = "0";
    private static final String NO = "no";

    private final SettingsWatch watch = new SettingsWatch();
    private int looks;
    private volatile int abilities;
    private volatile boolean silent;

    /** Looks, and returns what changed since the last look, one line each. May wait for the kernel. */
    synchronized List<String> look() {
        if (looks++ % LOOKS_A_READING != 0) {
            return List.of();
        }
        SortedMap<String, String> kernel = KernelSettings.read();
        abilities = Announcement.PROVES
                | bit(kernel, KernelSettings.FORWARDS_IPV4, Announcement.FORWARDS_IPV4)
                | bit(kernel, KernelSettings.FORWARDS_IPV6, Announcement.FORWARDS_IPV6)
                | bit(kernel, KernelSettings.TRANSLATES_IPV4, Announcement.TRANSLATES_IPV4)
                | bit(kernel, KernelSettings.TRANSLATES_IPV6, Announcement.TRANSLATES_IPV6);
        silent = kernel.getOrDefault(KernelSettings.EVENTS, "").equals(OFF);
        return watch.look(kernel);
    }

    private static int bit(SortedMap<String, String> kernel, String name, int bit) {
        String value = kernel.getOrDefault(name, OFF);
        return value.equals(OFF) || value.equals(NO) ? 0 : bit;
    }

    /** As of the last look, for an announcement. */
    int abilities() {
        return abilities;
    }

    /** What keeps flows of this node from its peers, as of the last look. */
    List<String> faults() {
        return silent
                ? List.of("net.netfilter.nf_conntrack_events is 0: the kernel tells of no flow, so no peer gets them")
                : List.of();
    }
}
