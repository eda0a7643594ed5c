// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes of the virtual hosts of a node when others are configured. One that is as before is in neither list.
 *
 * @param departing the names of those that go; one of them may come anew as another
 * @param changed those that go on in their state and are another in some respects: as they are to be
 */
record HostChanges(List<String> departing, List<VirtualHost> changed) {
    /**
     * From those that run to those that are wanted. One goes on where it {@link VirtualHost#canBecome} the wanted one of its name.
     *
     * @param next no two of one name
     */
    static HostChanges between(Collection<VirtualHost> running, Collection<VirtualHost> next) {
        Map<String, VirtualHost> nextByName = new LinkedHashMap<>();
        next.forEach(host -> nextByName.put(host.name(), host));
        List<String> departing = new ArrayList<>();
        List<VirtualHost> changed = new ArrayList<>();
        for (VirtualHost host : running) {
            VirtualHost wanted = nextByName.get(host.name());
            if (wanted == null || !host.canBecome(wanted)) {
                departing.add(host.name());
            } else if (!host.equals(wanted.withAttachment(host.attachment()))) {
                changed.add(wanted);
            }
        }
        return new HostChanges(departing, changed);
    }
}
