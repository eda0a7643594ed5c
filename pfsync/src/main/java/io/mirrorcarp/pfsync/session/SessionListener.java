// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.pfsync.message.Control;

/** Hears of the sessions with peers, and of what peers ask for. */
public interface SessionListener {
    /**
     * A session has begun, with the peer's first life or its next.
     *
     * @param restarted whether the life before it was still there
     */
    void onBegin(Peer peer, Control heartbeat, boolean restarted, long nowNanos);

    /** A peer that was lost is heard again. */
    void onBack(Peer peer, long nowNanos);

    /**
     * A heartbeat of a session.
     *
     * @param hole whether changes of the peer are lost for good
     */
    void onHeartbeat(Peer peer, Control heartbeat, boolean hole, long nowNanos);

    /** The {@code i}-th bulk request in a control message is to this node. */
    void onBulkRequest(Peer peer, Control control, int i, long nowNanos);

    /** A peer, master of a virtual host until now, leaves it. */
    void onResigned(int vhid, long addresses);

    /** A peer said goodbye. */
    void onStopped(Peer peer, long nowNanos);

    /** A peer fell silent. */
    void onLost(Peer peer, long nowNanos);

    /** Two nodes have the peer's host id: the life before the present one is heard again. */
    void onCloned(Peer peer, long nowNanos);

    /** A peer gives up its place to another one. */
    void onForgotten(Peer peer);
}
