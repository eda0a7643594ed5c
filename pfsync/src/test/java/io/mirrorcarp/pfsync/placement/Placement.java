// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which nodes hold the copies of a bucket of flows: those with the highest weights, a weight being a hash of bucket and node (rendezvous
 * hashing, Thaler and Ravishankar 1998). Nobody has to be asked, and when a node comes or goes only the buckets move that it holds.
 */
final class Placement {
    /** As many as the index has: {@code docs/protocol.md}, Digests. */
    static final int BUCKETS = 256;

    private final int copies;
    private final Map<Integer, List<Integer>> rankings = new HashMap<>();
    private Set<Integer> rankedRoster = Set.of();

    /** @param copies of each flow beside the owner's own entry, at least 1 */
    Placement(int copies) {
        if (copies < 1) {
            throw new IllegalArgumentException("at least one copy");
        }
        this.copies = copies;
    }

    /** The bucket of a flow. */
    static int bucket(int flow) {
        return (int) (mix(flow) >>> 56);
    }

    /**
     * Who holds the copies of a flow beside its owner, the first one first: fewer where there are not so many other nodes. Of a flow whose
     * owner is gone there is one copy more.
     */
    List<Integer> holders(FlowCopy flow, Set<Integer> roster) {
        int count = roster.contains(flow.owner()) ? copies : copies + 1;
        List<Integer> holders = new ArrayList<>(count);
        for (int node : ranked(flow.bucket(), roster)) {
            if (node != flow.owner() && holders.size() < count) {
                holders.add(node);
            }
        }
        return holders;
    }

    /** Who is to be asked for a flow whose owner is unknown: whoever the owner is, its holders are among them. */
    List<Integer> candidates(int bucket, Set<Integer> roster) {
        List<Integer> ranked = ranked(bucket, roster);
        return ranked.subList(0, Math.min(copies + 1, ranked.size()));
    }

    private List<Integer> ranked(int bucket, Set<Integer> roster) {
        if (!roster.equals(rankedRoster)) {
            rankedRoster = Set.copyOf(roster);
            rankings.clear();
        }
        return rankings.computeIfAbsent(
                bucket,
                key -> roster.stream()
                        .sorted(Comparator.comparing((Integer node) -> weight(key, node))
                                .reversed())
                        .toList());
    }

    private static long weight(int bucket, int node) {
        return mix((long) node << 32 | bucket) >>> 1;
    }

    /** SplitMix64's finalizer. */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
