// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.carp.packet.IpBalancing;
import io.mirrorcarp.daemon.config.BalancingConfiguration;
import io.mirrorcarp.daemon.config.BalancingConfiguration.Mode;
import io.mirrorcarp.daemon.config.MacMode;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads {@code balancing} and {@code carpnodes} of a [carp.NAME] table, and the keys that they take the place of. */
final class BalancingReader {
    private static final String OFF = "off";
    private static final String EXAMPLE = "carpnodes = { 1 = 0, 2 = 100 }";
    private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,2}");
    private static final int HIGHEST_VHID = 255;

    private final TableReader table;

    BalancingReader(TableReader table) {
        this.table = table;
    }

    /** Empty where it is off, or faulty. */
    Optional<BalancingConfiguration> read() {
        String word = table.text("balancing", OFF);
        Optional<Mode> mode = Mode.of(word);
        SortedMap<Integer, Integer> nodes = nodes();
        if (mode.isEmpty()) {
            if (!word.equals(OFF)) {
                table.fault(
                        "balancing",
                        "balancing must be \"off\" or \"ip\" or \"ip-stealth\" or \"ip-unicast\", not \"" + word
                                + "\"");
            } else if (table.has("carpnodes")) {
                table.fault(
                        "carpnodes",
                        "carpnodes are for balancing: set balancing = \"ip-stealth\", or name one vhid and its advskew");
            }
            return Optional.empty();
        }
        if (!table.has("carpnodes")) {
            table.fault("balancing", table.name() + " needs carpnodes, for example " + EXAMPLE);
        } else if (nodes.isEmpty() || nodes.size() > IpBalancing.MOST_SLOTS) {
            table.fault(
                    "carpnodes",
                    "carpnodes must name 1 to " + IpBalancing.MOST_SLOTS + " vhids, each with its advskew: " + EXAMPLE);
        } else {
            return Optional.of(new BalancingConfiguration(mode.get(), nodes));
        }
        return Optional.empty();
    }

    private SortedMap<Integer, Integer> nodes() {
        SortedMap<Integer, Integer> nodes = new TreeMap<>();
        TableReader carpnodes = table.table("carpnodes", "carpnodes");
        for (String vhid : carpnodes.keysInOrder()) {
            int advskew = carpnodes.integer(vhid, 0, 254, 0);
            if (NUMBER.matcher(vhid).matches() && Integer.parseInt(vhid) <= HIGHEST_VHID) {
                nodes.put(Integer.parseInt(vhid), advskew);
            } else {
                carpnodes.fault(vhid, "\"" + vhid + "\" is no vhid, which is 1 to 255: " + EXAMPLE);
            }
        }
        return nodes;
    }

    /** Names what does not go with balancing. A vhid and an advskew beside the carpnodes are those of the lowest, or a mistake. */
    void check(BalancingConfiguration balancing, int vhid, int advskew, int advbase, MacMode mac, boolean arpbalance) {
        if (table.has("vhid") && vhid != balancing.leader()) {
            table.fault(
                    "vhid",
                    "carpnodes name the vhids, of which " + balancing.leader() + " is the first: leave vhid out");
        }
        if (table.has("advskew") && advskew != balancing.leaderSkew()) {
            table.fault("advskew", "carpnodes have the advskew of each vhid: leave advskew out");
        }
        if (advbase == 0 && balancing.carpnodes().containsValue(0)) {
            table.fault(
                    "carpnodes",
                    "an advbase of 0 needs an advskew from 1 to 254: it is the interval then, in 256ths of a second");
        }
        if (mac == MacMode.INTERFACE) {
            table.fault("mac", "balancing needs one MAC that all nodes have: mac must be \"virtual\" with it");
        }
        if (arpbalance) {
            table.fault("balancing", "balancing and [global] arpbalance exclude each other: set arpbalance = false");
        }
    }
}
