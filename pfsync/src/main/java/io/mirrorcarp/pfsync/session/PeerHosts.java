// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.pfsync.message.Announcement;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The virtual hosts of a peer that has more of them than a heartbeat names: each names some, in turn. Not thread-safe. */
final class PeerHosts {
    private Announcement.@Nullable Host[] known = {};

    /** What the peer announces, with the virtual hosts that it named in the heartbeats before as they were then. */
    Announcement whole(Announcement heard) {
        List<Announcement.Host> named = heard.hosts();
        int total = heard.total();
        if (total <= named.size()) {
            known = new Announcement.Host[0];
            return heard;
        }
        if (known.length != total) {
            known = new Announcement.Host[total];
        }
        for (int i = 0; i < named.size(); i++) {
            known[(heard.first() + i) % total] = named.get(i);
        }
        return heard.withHosts(Arrays.stream(known).filter(Objects::nonNull).toList(), 0);
    }
}
