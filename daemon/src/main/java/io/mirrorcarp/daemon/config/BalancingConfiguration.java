// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The keys {@code balancing} and {@code carpnodes} of a [carp.NAME] table: several vhids with the same addresses, each of which is master of a share of the packets.
 *
 * @param carpnodes the advskew of this node by vhid; 1 to 32 of them
 */
public record BalancingConfiguration(Mode mode, SortedMap<Integer, Integer> carpnodes) {
    /** How frames reach all nodes. */
    public enum Mode {
        IP,
        IP_STEALTH,
        IP_UNICAST;

        /** The one that the file spells so; empty where none is. */
        public static Optional<Mode> of(String text) {
            return Arrays.stream(values())
                    .filter(mode -> mode.text().equals(text))
                    .findFirst();
        }

        /** As the file spells it: {@code ip-stealth}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Copies the map. */
    public BalancingConfiguration {
        carpnodes = Collections.unmodifiableSortedMap(new TreeMap<>(carpnodes));
    }

    /** The lowest vhid. */
    public int leader() {
        return carpnodes.firstKey();
    }

    /** The advskew of the lowest vhid. */
    public int leaderSkew() {
        return Objects.requireNonNull(carpnodes.get(leader()));
    }
}
