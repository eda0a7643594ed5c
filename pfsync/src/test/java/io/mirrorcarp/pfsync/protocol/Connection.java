// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What two hosts beyond the firewalls do. One firewall at a time has their packets. Of TCP each packet of the simulation makes an event; of UDP the
 * first two do, and then none, as in the kernel.
 */
final class Connection {
    private static final int UDP = 17;

    final FlowKey key;
    final int timeoutSeconds;

    /** The port that NAT gives it, or 0. Another connection may get the same one from another firewall: then only one of them can go on. */
    int snatPort;

    /** Where the packets are sent now. */
    SimulatedNode route;

    /** Where they had an entry last, and when. */
    @Nullable
    SimulatedNode server;

    /** Where they had an entry first; null where that table was lost, and another node gave the flow back. */
    @Nullable
    SimulatedNode origin;

    long packetNanos;

    /** Where a daemon heard an event of it last, since its table is there. */
    @Nullable
    SimulatedNode heardAt;

    /** When a kernel gave up its copy, which is a trouble like others: it takes a while to come again. */
    long lossNanos = Long.MIN_VALUE;

    /** Changes that packets made, by whichever kernel: each is written into the mark, so the highest is the newest. */
    int changes;

    /** The newest change that a kernel still knew when the one that saw it last lost its table. */
    int survived = -1;

    /** The hosts send no more. */
    boolean over;

    /** The entry of the last server has ended there: whatever any kernel still has is stale. */
    boolean ended;

    /** Two nodes changed it without knowing of each other: which one wins is open, that it is the same one everywhere is not. */
    boolean contested;

    /** When it began, and when it changed or ended last. */
    final long bornNanos;

    long eventNanos;

    /** Whether a node's copies were of two tables of a peer, since it lost one and the two had not agreed since; or whether its server's table was flushed. */
    boolean mixed;

    Connection(FlowKey key, int timeoutSeconds, SimulatedNode route, long bornNanos) {
        this.bornNanos = bornNanos;
        this.key = key;
        this.timeoutSeconds = timeoutSeconds;
        this.route = route;
    }

    boolean isUdp() {
        return key.protocol() == UDP;
    }

    /** Whether its next packet changes the entry. */
    boolean makesEvent() {
        return !isUdp() || changes < 2;
    }

    @Override
    public String toString() {
        return (isUdp() ? "udp " : "tcp ") + key.sourcePort() + (contested ? " (contested)" : "") + " at change "
                + changes;
    }
}
