// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;

/** Some entries of the table. Used again for the next ones, and as large as the largest batch was: what the kernel writes at once, about 200. */
public final class EntryBatch {
    private final List<ConntrackEntry> entries = new ArrayList<>();
    private int count;

    void clear() {
        count = 0;
    }

    /** The entry after the last, to be filled; {@link #keep()} takes it in. */
    ConntrackEntry next() {
        if (count == entries.size()) {
            entries.add(new ConntrackEntry());
        }
        return entries.get(count);
    }

    void keep() {
        count++;
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** One of them, from 0. */
    public ConntrackEntry entry(int i) {
        return entries.get(i);
    }

    /** Leaves only the entries that are chosen, in their order. */
    public void retain(IntPredicate chosen) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (chosen.test(i)) {
                Collections.swap(entries, kept, i);
                kept++;
            }
        }
        count = kept;
    }
}
