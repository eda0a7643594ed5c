// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.entry.FlowChoice;

/**
 * How the bridge works.
 *
 * @param told which flows are told to peers. One that was told once is followed to its end, whatever becomes of its mark or state
 * @param taken which flows of peers are written into the table
 * @param eventBufferBytes room for events that wait to be read. The kernel takes twice as much and accounts about 1280 bytes
 *     for an event: a pause of one second at 100,000 events a second needs 64 MiB.
 * @param reliableDestroy have the kernel keep and repeat DESTROY events that found the buffer full (NETLINK_BROADCAST_ERROR), so that
 *     no peer keeps a flow that ended here. The price: while nobody reads at all, ended flows that are to be told of count
 *     against nf_conntrack_max. Without it, the ends that an overrun swallowed are never told.
 */
public record ConntrackSettings(FlowChoice told, FlowChoice taken, int eventBufferBytes, boolean reliableDestroy) {
    private static final int USUAL_BUFFER_BYTES = 64 << 20;

    public ConntrackSettings {
        if (eventBufferBytes <= 0) {
            throw new IllegalArgumentException("buffer of " + eventBufferBytes + " bytes");
        }
    }

    /** The usual settings with this choice of what is told; all that peers tell is taken. */
    public static ConntrackSettings of(FlowChoice told) {
        return of(told, FlowChoice.ALL);
    }

    /** The usual settings with these choices. */
    public static ConntrackSettings of(FlowChoice told, FlowChoice taken) {
        return new ConntrackSettings(told, taken, USUAL_BUFFER_BYTES, true);
    }
}
