// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.equality;

import io.mirrorcarp.pfsync.StateTable;
import io.mirrorcarp.pfsync.message.StateRecord;
import org.jspecify.annotations.Nullable;

/** Dumps of the local table, one at a time, at the pace of who reads them. */
public final class TableDump {
    /** Who reads a dump. */
    public interface Reader {
        /** Whether another batch is welcome now; asked again by {@link TableDump#pump()}. */
        boolean hasRoom();

        /** Whether its batches are to be small. */
        default boolean isInBackground() {
            return false;
        }

        void onEntry(StateRecord state, long nowNanos);

        void onBatchEnd(boolean last, long nowNanos);
    }

    private final StateTable table;
    private @Nullable Reader reader;
    private boolean outstanding;
    private boolean pumping;

    public TableDump(StateTable table) {
        this.table = table;
    }

    public boolean isFree() {
        return reader == null;
    }

    /** Begins a dump, when {@link #isFree()}. */
    public void begin(Reader newReader) {
        reader = newReader;
        outstanding = false;
        table.startDump(newReader.isInBackground());
    }

    /** Ends the running dump early. */
    public void cancel() {
        reader = null;
        table.cancelDump();
    }

    /** Asks for another batch when the reader has room for it. */
    public void pump() {
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

    public void onEntry(StateRecord state, long nowNanos) {
        if (reader != null) {
            reader.onEntry(state, nowNanos);
        }
    }

    /** The batch that was asked for is complete; {@code last} when the dump is. */
    public void onBatchEnd(boolean last, long nowNanos) {
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
