// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.pfsync.message.Control;

/** What others have to say in control frames. */
public interface ControlContents {
    /** Sends the changes that are waiting: what follows is true after them. */
    void flushChanges(long nowNanos);

    /** Sees to it that what was received is in the kernel: it is about to be acknowledged. */
    void flushImports(long nowNanos);

    /**
     * Fills a heartbeat with what is here: digest, number of flows, table, whether it is whole.
     *
     * @return whether there is more than it has room for, so that another one is to follow soon
     */
    boolean fillHeartbeat(Control heartbeat);

    /** Adds the bulk request to a peer, if one is due. */
    void addRequest(Peer peer, Control control, long nowNanos);

    /** When {@link #addRequest} has something to add, or {@link Long#MAX_VALUE}. */
    long requestNanos(Peer peer);

    /** Whether the peer's flows are known here, as its digest tells. */
    boolean isEqual(Peer peer);
}
