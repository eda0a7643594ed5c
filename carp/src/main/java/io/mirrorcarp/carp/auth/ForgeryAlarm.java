// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import io.mirrorcarp.carp.packet.CarpAdvertisement;
import org.jspecify.annotations.Nullable;

/**
 * Watches authentic advertisements for a known counter and digest with other values. It remembers the last
 * {@value #REMEMBERED}. An alarm is a value to report: nothing is dropped for it.
 */
final class ForgeryAlarm {
    static final int REMEMBERED = 16;

    private final @Nullable CarpAdvertisement[] known = new @Nullable CarpAdvertisement[REMEMBERED];
    private final int[] timesSeen = new int[REMEMBERED];
    private int next;

    /** Compares a copy, which is not heard, and remembers the values that it came with: each is told once. */
    @Nullable
    Forgery observeCopy(CarpAdvertisement copy) {
        for (int i = 0; i < REMEMBERED; i++) {
            CarpAdvertisement earlier = known[i];
            if (earlier != null && sameDigest(earlier, copy)) {
                return earlier.equals(copy) ? null : compare(i, earlier, copy);
            }
        }
        return null;
    }

    @Nullable
    Forgery observe(CarpAdvertisement advertisement) {
        for (int i = 0; i < REMEMBERED; i++) {
            CarpAdvertisement earlier = known[i];
            if (earlier != null && sameDigest(earlier, advertisement)) {
                return compare(i, earlier, advertisement);
            }
        }
        known[next] = advertisement;
        timesSeen[next] = 1;
        next = (next + 1) % REMEMBERED;
        return null;
    }

    private @Nullable Forgery compare(int index, CarpAdvertisement earlier, CarpAdvertisement advertisement) {
        if (earlier.equals(advertisement)) {
            timesSeen[index]++;
            return null;
        }
        Forgery forgery = new Forgery(earlier, advertisement, timesSeen[index]);
        known[index] = advertisement;
        return forgery;
    }

    private static boolean sameDigest(CarpAdvertisement earlier, CarpAdvertisement advertisement) {
        return earlier.counter() == advertisement.counter() && earlier.md().equals(advertisement.md());
    }
}
