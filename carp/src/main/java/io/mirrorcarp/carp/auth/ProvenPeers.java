// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The addresses whose advertisements prove what they say. One that did so {@value #PROVEN} times is held to it for this life of the node, or until a peer says on a path that can be trusted that it runs a version
 * which cannot prove. Only who has the key gets in. Not thread-safe.
 */
final class ProvenPeers {
    static final int MOST = 32;

    /** A counter of a BSD passes for a proof once in 2^28 times. */
    static final int PROVEN = 3;

    private final Map<InetAddress, Integer> proofs = new LinkedHashMap<>();
    private final Set<Integer> provingNothing = new HashSet<>();

    void proved(InetAddress source) {
        Integer before = proofs.remove(source);
        if (proofs.size() >= MOST) {
            proofs.remove(proofs.keySet().iterator().next());
        }
        proofs.put(source, before == null ? 1 : Math.min(PROVEN, before + 1));
    }

    /**
     * A peer says whether its advertisements prove anything. When it says no for the first time, or again, nobody is held any longer: which address is its is not known, and those who do prove are held again after
     * {@value #PROVEN} advertisements.
     *
     * @return whether somebody was held until now
     */
    boolean onProves(int peer, boolean proves) {
        if (proves) {
            provingNothing.remove(peer);
            return false;
        }
        if (provingNothing.size() >= MOST || !provingNothing.add(peer)) {
            return false;
        }
        boolean wereHeld = proofs.values().stream().anyMatch(count -> count >= PROVEN);
        proofs.clear();
        return wereHeld;
    }

    boolean isHeld(InetAddress source) {
        return proofs.getOrDefault(source, 0) >= PROVEN;
    }
}
