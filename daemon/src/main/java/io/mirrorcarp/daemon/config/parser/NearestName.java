// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that someone who mistyped meant. */
final class NearestName {
    /** Nothing that is longer was meant to be a key or the name of an interface. */
    private static final int MAXIMUM_LENGTH = 64;

    private NearestName() {}

    /** The candidate with the least edit distance, capitals ignored; empty when none is near enough to be meant. */
    static Optional<String> of(String typed, Collection<String> candidates) {
        if (typed.length() > MAXIMUM_LENGTH) {
            return Optional.empty();
        }
        String best = null;
        int bestDistance = Math.max(1, Math.min(3, typed.length() / 2)) + 1;
        for (String candidate : candidates) {
            int distance = distance(typed.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return Optional.ofNullable(best);
    }

    /** How many letters to insert, delete, replace, or swap with their neighbour. */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                cost[i][j] = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    cost[i][j] = Math.min(cost[i][j], 1 + cost[i - 2][j - 2]);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
