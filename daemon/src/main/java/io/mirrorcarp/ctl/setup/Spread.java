// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.setup;

import java.util.List;
import java.util.Optional;

/**
 * Several nodes that all work: groups of virtual hosts, each with a node that is preferred for it.
 *
 * @param nodes by name, 2 to {@value #MOST_NODES}
 * @param groups 1 or more; with so many as nodes each has one, with n * (n - 1) those of a dead node go to all others alike
 */
public record Spread(List<String> nodes, int groups) {
    public static final int MOST_NODES = 16;

    /** 16 nodes fit below the skew of 240 that a demoted node advertises. */
    private static final int SKEW_STEP = 15;

    public Spread {
        nodes = List.copyOf(nodes);
    }

    /** As many groups as there are addresses outside. */
    public static Spread over(List<String> nodes, List<Segment> segments) {
        return new Spread(nodes, SpreadLayout.groups(segments));
    }

    /** Why the addresses of these networks do not serve, and what would; empty when they do. */
    public Optional<String> problem(List<Segment> segments) {
        int count = nodes.size();
        return groups < count
                ? Optional.of(count + " nodes that work at the same time need " + count
                        + " addresses on each interface outside, one for each group of connections")
                : new SpreadLayout(segments, groups).problem();
    }

    /**
     * How far a node stands back in a group: 0 for the one that is preferred, 15 for the next one, and so on. The groups of a node have their next ones in
     * turn.
     *
     * @param group from 0
     */
    public int advskew(String node, int group) {
        int count = nodes.size();
        int behind = Math.floorMod(nodes.indexOf(node) - group, count);
        if (behind == 0 || count == 2) {
            return behind * SKEW_STEP;
        }
        int turn = group / count;
        return (1 + Math.floorMod(behind - 1 - turn, count - 1)) * SKEW_STEP;
    }
}
