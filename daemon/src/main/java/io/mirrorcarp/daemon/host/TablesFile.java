// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import io.mirrorcarp.pfsync.flows.KnownTables;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Of which kernel tables there are copies in this host's: a file in the state directory, so that a daemon that restarts can tell its own connections from
 * copies. One line for the local table and what it is called towards the peers, then one for each peer: its host id and its table, all in hexadecimal.
 *
 * <pre>
 * table 9f2e01aa52c4d381 9f2e01aa52c4d381
 * peer 91ab33c0 17c0de5599ab0012
 * </pre>
 */
public final class TablesFile {
    private static final int HEX = 16;

    private final DurableFile file;

    /** @param stateDir made when it is needed and missing */
    public TablesFile(String stateDir) {
        file = new DurableFile(stateDir, "pfsync.tables");
    }

    /** What the life before this one knew; {@link KnownTables#NONE} where there is no file or none that can be read, with which nothing is taken for certain. */
    public KnownTables read() {
        try {
            List<String> lines = file.read().lines().toList();
            String[] local = lines.get(0).split(" ", -1);
            long own = Long.parseUnsignedLong(local[1], HEX);
            long told = Long.parseUnsignedLong(local[2], HEX);
            Map<Integer, Long> peers = new HashMap<>();
            for (String line : lines.subList(1, lines.size())) {
                String[] words = line.split(" ", -1);
                peers.put(Integer.parseUnsignedInt(words[1], HEX), Long.parseUnsignedLong(words[2], HEX));
            }
            return new KnownTables(own, told, peers);
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            return KnownTables.NONE;
        }
    }

    /** Keeps it for the next life. */
    public void write(KnownTables tables) throws IOException {
        StringBuilder lines = new StringBuilder(
                "table " + Long.toHexString(tables.own()) + " " + Long.toHexString(tables.told()) + "\n");
        tables.peers()
                .forEach((creatorId, table) ->
                        lines.append("peer " + Integer.toHexString(creatorId) + " " + Long.toHexString(table) + "\n"));
        file.write(lines.toString());
    }
}
