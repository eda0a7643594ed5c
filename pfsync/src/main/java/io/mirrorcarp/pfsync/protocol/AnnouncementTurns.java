// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.message.Announcement;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node announces, heartbeat by heartbeat: each has room for {@value Announcement#MAX_HOSTS} virtual hosts. Of more it names some in turn, always as many as it can, so that a peer of a version that knows nothing of
 * turns does not take those that are left out for missing. Not thread-safe.
 */
final class AnnouncementTurns {
    private Announcement all = Announcement.NONE;
    private int next;
    private int left;

    /**
     * Announces this from now on.
     *
     * @return whether it is news that cannot wait for the next heartbeat
     */
    boolean set(Announcement announcement) {
        boolean news = !announcement.withoutCounts().equals(all.withoutCounts());
        all = announcement;
        left = announcement.hosts().size();
        return news;
    }

    /** What the next heartbeat says. */
    Announcement take() {
        int total = all.hosts().size();
        left -= Announcement.MAX_HOSTS;
        if (total <= Announcement.MAX_HOSTS) {
            return all;
        }
        int first = next % total;
        next = (first + Announcement.MAX_HOSTS) % total;
        List<Announcement.Host> named = new ArrayList<>();
        for (int i = 0; i < Announcement.MAX_HOSTS; i++) {
            named.add(all.hosts().get((first + i) % total));
        }
        return all.withHosts(named, first);
    }

    /** Whether there are virtual hosts that no heartbeat has named since {@link #set}: another one is to follow soon. */
    boolean hasMore() {
        return left > 0;
    }
}
