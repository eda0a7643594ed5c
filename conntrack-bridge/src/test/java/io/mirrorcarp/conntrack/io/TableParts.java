// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.FlowChoice;
import io.mirrorcarp.conntrack.entry.FlowSieve;
import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.netio.ErrnoException;
import java.util.List;
import java.util.function.LongSupplier;

/** The parts of a table without an event loop: the test calls them one by one, on a thread in the namespace. */
final class TableParts implements AutoCloseable {
    static final FlowChoice EVERYTHING = FlowChoice.ALL;

    private static final int DUMP_BATCHES_MAXIMUM = 100_000;

    final CounterSet<ConntrackCounter> counters = new CounterSet<>(ConntrackCounter.class);
    final ChangedFlows changed = new ChangedFlows();
    final ConntrackImport importer;
    final EntryLookup lookup;
    final ConntrackEventSocket events;
    final ConntrackDump dump;
    final FlushWitness witness;
    final Told told = new Told();
    private final Admission admission;

    TableParts() throws ErrnoException {
        this(ConntrackSettings.of(EVERYTHING));
    }

    TableParts(ConntrackSettings settings) throws ErrnoException {
        importer = ConntrackImport.open(counters);
        admission = new Admission(new FlowSieve(settings.told()), new OwnAddresses());
        lookup = EntryLookup.open();
        witness = FlushWitness.open(lookup);
        events = ConntrackEventSocket.open(settings, admission, importer.portId(), lookup, changed, witness, counters);
        dump = new ConntrackDump(admission, changed, witness, counters);
    }

    /** Reads what waits. */
    void drain() {
        int burstEnds;
        do {
            burstEnds = told.burstEnds;
            events.drain(told);
        } while (told.burstEnds > burstEnds);
    }

    /** Another dump of the same table, which asks here how many buckets its hash has. */
    ConntrackDump dump(LongSupplier buckets) {
        return new ConntrackDump(admission, changed, witness, counters, buckets);
    }

    /** A whole dump. */
    List<ConntrackEntry> dumpAll() {
        Told all = new Told();
        dump.start(false);
        for (int i = 0; i < DUMP_BATCHES_MAXIMUM && !all.dumpComplete; i++) {
            dump.readBatch(all);
        }
        return all.dumped;
    }

    long count(ConntrackCounter counter) {
        return counters.value(counter);
    }

    @Override
    public void close() {
        dump.close();
        events.close();
        witness.close();
        lookup.close();
        importer.close();
    }
}
