// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.io.CarpNetwork;
import io.mirrorcarp.conntrack.io.ConntrackCounter;
import io.mirrorcarp.conntrack.io.ConntrackSettings;
import io.mirrorcarp.conntrack.io.KernelChecks;
import io.mirrorcarp.conntrack.io.UncarriedKind;
import io.mirrorcarp.pfsync.ReplicatedTable;
import io.mirrorcarp.pfsync.io.SyncNetwork;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** What a node stands on: its network, and the table whose states it replicates. The kernel's, or memory where there is no right to use that. */
interface Ground {
    /**
     * A table, opened.
     *
     * @param counters the value of each; any thread may ask
     * @param uncarried how many of its flows no other node could carry on, by their kind; any thread may ask
     * @param offloaded how many of its flows a flowtable forwards; any thread may ask
     * @param asymmetric told whether both directions of a connection may pass different nodes; any thread may tell it
     * @param hiddenLiberal what the administrator set nf_conntrack_tcp_be_liberal to, while the table keeps it at 1 for a time; any thread may ask
     * @param filters takes what is told and taken from now on, once the table was started; any thread may give it
     */
    record Table(
            ReplicatedTable states,
            Supplier<Map<ConntrackCounter, Long>> counters,
            Supplier<Map<UncarriedKind, Integer>> uncarried,
            IntSupplier offloaded,
            Consumer<Boolean> asymmetric,
            Supplier<Optional<String>> hiddenLiberal,
            Function<ConntrackSettings, Future<Void>> filters) {}

    /** Where virtual addresses are. */
    CarpNetwork carpNetwork(Path restoreFile);

    /** Where the sync device is. */
    SyncNetwork syncNetwork();

    /** What the table still needs. */
    KernelChecks.Report check();

    /** What is counted of held packets is added to the counters of a table. */
    static Map<ConntrackCounter, Long> sum(Map<ConntrackCounter, Long> table, Map<ConntrackCounter, Long> held) {
        Map<ConntrackCounter, Long> sum = new EnumMap<>(ConntrackCounter.class);
        sum.putAll(table);
        held.forEach((counter, value) -> sum.merge(counter, value, Long::sum));
        return sum;
    }

    /** Opens the table. */
    Table openTable(ConntrackSettings settings) throws IOException;
}
