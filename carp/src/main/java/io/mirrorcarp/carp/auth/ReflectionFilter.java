// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.Digest;
import org.jspecify.annotations.Nullable;

/**
 * Knows own advertisements again when a loop or a bonded switch port brings them back: by counter and digest of the
 * last {@value #REMEMBERED} sent.
 *
 * <p>The source address would not do: a FreeBSD peer without a base address sends from the virtual address, which is
 * the master's own.
 */
final class ReflectionFilter {
    /** Sixteen intervals of both families. */
    static final int REMEMBERED = 32;

    private record Sent(long counter, Digest md) {}

    private final @Nullable Sent[] ring = new @Nullable Sent[REMEMBERED];
    private int next;

    void sent(long counter, Digest md) {
        ring[next] = new Sent(counter, md);
        next = (next + 1) % REMEMBERED;
    }

    boolean isOwn(CarpAdvertisement advertisement) {
        for (Sent sent : ring) {
            if (sent != null && sent.counter == advertisement.counter() && sent.md.equals(advertisement.md())) {
                return true;
            }
        }
        return false;
    }
}
