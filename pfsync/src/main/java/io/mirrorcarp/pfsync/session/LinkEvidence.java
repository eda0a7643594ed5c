// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Frames that came and could not be used, as far as they tell why there is no session: a few numbers, whatever a stranger sends. Not thread-safe. */
public final class LinkEvidence {
    /** Kinds of evidence. */
    public enum Kind {
        /** A frame was sealed with a key id that this node does not have. */
        UNKNOWN_KEY,
        /** A frame names a key that this node has, and does not open with it. */
        FALSE_SEAL,
        /** An authentic frame of another life has this node's host id. */
        OWN_HOST_ID
    }

    /**
     * The last frame of a kind.
     *
     * @param keyId 1 to 255, as the frame says
     * @param ageNanos since it came
     */
    public record Sighting(Kind kind, int keyId, long ageNanos) {}

    private record Noted(int keyId, long atNanos) {}

    /** A peer sends a heartbeat each quarter of a second. What was not seen for this long is over. */
    private static final long RECENT_NANOS = 3_000_000_000L;

    /** How often a flood of forgeries is noted, since each note is an object. */
    private static final long APART_NANOS = 100_000_000;

    private final Map<Kind, Noted> last = new EnumMap<>(Kind.class);

    public void note(Kind kind, int keyId, long nowNanos) {
        Noted before = last.get(kind);
        if (before == null || nowNanos - before.atNanos() >= APART_NANOS) {
            last.put(kind, new Noted(keyId, nowNanos));
        }
    }

    /** What was seen within the last three seconds. */
    public List<Sighting> recent(long nowNanos) {
        List<Sighting> recent = new ArrayList<>();
        last.forEach((kind, noted) -> {
            long age = nowNanos - noted.atNanos();
            if (age <= RECENT_NANOS) {
                recent.add(new Sighting(kind, noted.keyId(), age));
            }
        });
        return recent;
    }
}
