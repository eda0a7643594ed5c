// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Who advertises a virtual host: mostly one master, and more while a segment is split or roles move. Not thread-safe. */
final class HeardMasters {
    private static final int INTERVALS = 3;

    private final Map<InetAddress, Long> untilNanos = new LinkedHashMap<>();

    /** An authentic advertisement. One that says that its sender leaves ends it. */
    void onAdvertisement(PeerAdvertisement advertisement, long nowNanos) {
        untilNanos.remove(advertisement.source());
        if (advertisement.isBowOut()) {
            return;
        }
        if (untilNanos.size() == PeerTable.LIMIT) {
            untilNanos.remove(untilNanos.keySet().iterator().next());
        }
        long intervalMicros = advertisement.bid().intervalMicros();
        untilNanos.put(advertisement.source(), nowNanos + INTERVALS * intervalMicros * Interval.NANOS_PER_MICRO);
    }

    /** Whether there is one, and every one that was heard within three of its intervals is among these. */
    boolean areAmong(Set<KnownMaster> known, int vhid, long addresses, long nowNanos) {
        if (untilNanos.isEmpty() || known.isEmpty()) {
            return false;
        }
        untilNanos.values().removeIf(until -> nowNanos >= until);
        return !untilNanos.isEmpty()
                && untilNanos.keySet().stream()
                        .allMatch(source -> known.contains(new KnownMaster(vhid, addresses, source)));
    }
}
