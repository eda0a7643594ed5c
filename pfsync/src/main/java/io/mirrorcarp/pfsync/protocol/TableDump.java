// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.StateTable;
import io.mirrorcarp.pfsync.message.StateRecord;
import org.jspecify.annotations.Nullable;

/** Dumps of the local table, one at a time, at the pace of who reads them. */
final class TableDump {
    /** Who reads a dump. */
    interface Reader {
        /** Whether another batch is welcome now; asked again by {@link TableDump#pump()}. */
        boolean hasRoom();

        void onEntry(StateRecord state, long nowNanos);

        void onBatchEnd(boolean last, long nowNanos);
    }

    private final StateTable table;
    private @Nullable Reader reader;
    private boolean outstanding;
    private boolean pumping;

    TableDump(StateTable table) {
        this.table = table;
    }

    boolean isFree() {
        return reader == null;
    }

    /** Begins a dump, when {@link #isFree()}. */
    void begin(Reader newReader) {
        reader = newReader;
        outstanding = false;
        table.startDump();
    }

    /** Ends the running dump early. */
    void cancel() {
        reader = null;
        table.cancelDump();
    }

    /** Asks for another batch when the reader has room for it. */
    void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        while (reader != null && !outstanding && reader.hasRoom()) {
            outstanding = true;
            table.continueDump();
        }
        pumping = false;
    }

    void onEntry(StateRecord state, long nowNanos) {
        if (reader != null) {
            reader.onEntry(state, nowNanos);
        }
    }

    void onBatchEnd(boolean last, long nowNanos) {
        Reader current = reader;
        if (current == null) {
            return;
        }
        outstanding = false;
        if (last) {
            reader = null;
        }
        current.onBatchEnd(last, nowNanos);
        pump();
    }
}
