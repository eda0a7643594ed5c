// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import java.util.List;
import java.util.Optional;

/**
 * Everything that {@code carpd.toml} says, checked, with every default filled in. Immutable. Made by {@link ConfigurationParser}.
 *
 * @param virtualHosts one for each [carp.NAME] table, in the order of the file
 * @param announced one for each [route.NAME] table
 * @param notices one for each [[notify]] table
 * @param pfsync empty when the file has no [pfsync] table: no state is replicated
 */
public record Configuration(
        NodeConfiguration node,
        GlobalConfiguration global,
        List<VirtualHostConfiguration> virtualHosts,
        Optional<PfsyncConfiguration> pfsync,
        TrackConfiguration track,
        List<AnnouncedAddress> announced,
        HooksConfiguration hooks,
        AdminConfiguration admin,
        MetricsConfiguration metrics,
        List<NotifyConfiguration> notices) {
    public Configuration {
        virtualHosts = List.copyOf(virtualHosts);
        announced = List.copyOf(announced);
        notices = List.copyOf(notices);
    }
}
