// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The addresses whose advertisements prove what they say. One that did so {@value #PROVEN} times is held to it for this life of the node. Only who has the key gets in. Not thread-safe.
 */
final class ProvenPeers {
    static final int MOST = 32;

    /** A counter of a BSD passes for a proof once in 2^28 times. */
    static final int PROVEN = 3;

    private final Map<InetAddress, Integer> proofs = new LinkedHashMap<>();

    void proved(InetAddress source) {
        Integer before = proofs.remove(source);
        if (proofs.size() >= MOST) {
            proofs.remove(proofs.keySet().iterator().next());
        }
        proofs.put(source, before == null ? 1 : Math.min(PROVEN, before + 1));
    }

    boolean isHeld(InetAddress source) {
        return proofs.getOrDefault(source, 0) >= PROVEN;
    }
}
