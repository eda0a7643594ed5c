// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import io.mirrorcarp.pfsync.message.FlowEnd;
import io.mirrorcarp.pfsync.message.StateRecord;

/**
 * What happens in the local kernel's table, told on the replication loop: changes made by packets and by other programs, never
 * those made through {@link StateTable}. The record is reused after each call.
 */
public interface StateEvents {
    void onInsert(StateRecord state);

    void onUpdate(StateRecord state);

    /** The flow ended. */
    void onDelete(StateRecord state, FlowEnd end);

    /**
     * A program flushed the whole table, without a filter. The ends of its flows are told too, as {@link FlowEnd#DELETED}, some before and some after this.
     */
    void onFlushed();

    /** No more events are waiting: send what is pending. */
    void onBurstEnd();

    /** The kernel dropped events because the socket's buffer was full (ENOBUFS). */
    void onOverrun();

    /**
     * How TCP connections are told from now on.
     *
     * @param told false where so many open that there is no event of one before it is established; true where that is over, or the beginnings of flows were not told for another reason.
     *     Of those that began meanwhile, and had no event since, only a dump tells
     */
    void onHalfOpenTold(boolean told);

    /** Something about the events to tell the administrator. */
    void onNotice(String message);

    /** One entry of the dump that {@link StateTable#startDump(boolean)} began. */
    void onDumpEntry(StateRecord state);

    /** The batch that {@link StateTable#continueDump()} asked for is complete; {@code last} when the dump is. */
    void onDumpBatchEnd(boolean last);
}
