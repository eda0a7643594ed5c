// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import io.mirrorcarp.carp.packet.CarpAdvertisement;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Knows own advertisements again when a loop or a bonded switch port brings them back: the last {@value #REMEMBERED} sent, each with its source.
 *
 * <p>Counter and digest alone would not do: FreeBSD goes on from the counter that it heard, so it signs with counters that this node has used. The source alone would not do either:
 * a FreeBSD peer without a base address sends from the virtual address, which is the master's own.
 */
final class ReflectionFilter {
    /** Sixteen intervals of both families. */
    static final int REMEMBERED = 32;

    /** What is known of an advertisement. */
    enum Find {
        UNKNOWN,
        /** It is one that this node sent. */
        OWN,
        /** Somebody else signed it with a counter that this node has used. */
        COUNTER_OF_OURS
    }

    private record Sent(
            CarpAdvertisement advertisement, @Nullable InetAddress source) {}

    private final @Nullable Sent[] ring = new @Nullable Sent[REMEMBERED];
    private int next;

    /** @param source null where the kernel chose it */
    void sent(CarpAdvertisement advertisement, @Nullable InetAddress source) {
        ring[next] = new Sent(advertisement, source);
        next = (next + 1) % REMEMBERED;
    }

    Find find(CarpAdvertisement advertisement, InetAddress source) {
        Find found = Find.UNKNOWN;
        for (Sent sent : ring) {
            if (sent != null && isSigned(sent.advertisement, advertisement)) {
                boolean same = sent.advertisement.equals(advertisement);
                if (same && (sent.source == null || sent.source.equals(source))) {
                    return Find.OWN;
                }
                found = Find.COUNTER_OF_OURS;
            }
        }
        return found;
    }

    private static boolean isSigned(CarpAdvertisement sent, CarpAdvertisement received) {
        return sent.counter() == received.counter() && sent.md().equals(received.md());
    }
}
