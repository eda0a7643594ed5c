// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.route;

import io.mirrorcarp.carp.CarpSnapshot;
import io.mirrorcarp.carp.VirtualHostStatus;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.daemon.config.AnnouncedAddress;
import java.util.List;

/** Whether the node may be sent traffic for an address of [route.NAME]. */
final class AnnouncedWhen {
    private AnnouncedWhen() {}

    static boolean holds(AnnouncedAddress address, CarpSnapshot node) {
        return switch (address.when()) {
            case READY -> isFit(node) || isMasterOf("", node);
            case MASTER -> isMasterOf(address.group(), node);
        };
    }

    /** A master whose peer is gone is demoted, and is the only one there is; so this is not the whole of being ready. */
    private static boolean isFit(CarpSnapshot node) {
        return node.demotion() == 0
                && node.suppressPreempt() == 0
                && node.virtualHosts().stream().noneMatch(host -> host.state() == CarpState.INIT);
    }

    private static boolean isMasterOf(String group, CarpSnapshot node) {
        List<VirtualHostStatus> hosts = node.virtualHosts().stream()
                .filter(host -> group.isEmpty() || host.host().group().equals(group))
                .toList();
        return !hosts.isEmpty() && hosts.stream().allMatch(host -> host.state() == CarpState.MASTER);
    }
}
