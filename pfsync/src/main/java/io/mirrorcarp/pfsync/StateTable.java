// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import io.mirrorcarp.pfsync.message.RefusedImport;
import io.mirrorcarp.pfsync.message.StateRecord;

/**
 * The table that replication fills: the local kernel's, written by conntrack-bridge, or one in memory in tests. Called on
 * the replication loop only. Changes are carried out in the order of the calls, at the latest when {@link #flush()} returns.
 * A record is copied out before a call returns, so the caller may reuse it.
 */
public interface StateTable {
    /**
     * Names the table: the same number when a restarted daemon finds the table of before, another one after a reboot. 0 where that is not
     * known.
     */
    default long identity() {
        return 0;
    }

    /** Creates the flow; one that is there already is updated. */
    void insert(StateRecord state);

    /** Updates the flow; one that is not there is created. */
    void update(StateRecord state);

    /** Deletes the flow of {@link StateRecord#original} and {@link StateRecord#zone}; nothing happens when it is not there. */
    void delete(StateRecord state);

    /**
     * Reads the flow of {@link StateRecord#original} and {@link StateRecord#zone} of {@code key} as the table has it, without what is queued.
     *
     * @param found filled with it, its timeout being what is left
     * @return false when it is not there, or cannot be read
     */
    boolean find(StateRecord key, StateRecord found);

    /** Whether a flow of a peer that is not here yet may come into this table. */
    default boolean takes(StateRecord state) {
        return true;
    }

    /**
     * Packets of any flow may have passed by another node since they last passed here. Called before a virtual address is taken. The table then lets no packet be
     * invalid because of what it remembers of earlier ones.
     */
    default void distrustWindows() {}

    /** Sends to the kernel what is still queued. When it returns, nothing is. */
    void flush();

    /**
     * Tells of one change that was not taken, and forgets it.
     *
     * @return false when there is none
     */
    boolean takeRefused(RefusedImport refused);

    /**
     * Starts a dump of the whole table, or of nothing more when one is running. The entries and the end come to {@link StateEvents} on the
     * replication loop, a bounded batch at a time, as fast as {@link #continueDump()} asks for them, the first one too. An entry that
     * changed after it was read is left out, when {@link StateEvents} or the caller knows of the change already.
     *
     * @param inBackground whether a batch is to be small, so that what else is to be told does not wait for it: some 0.1 ms instead of 0.4
     */
    void startDump(boolean inBackground);

    /** Asks for one more batch of the running dump. It comes later, never within the call. */
    void continueDump();

    /** Abandons the running dump: neither further entries nor its end will come. */
    void cancelDump();
}
