// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.pfsync.io.LinkProbe;
import io.mirrorcarp.pfsync.io.SyncDevice;
import io.mirrorcarp.pfsync.io.SyncNetwork;
import io.mirrorcarp.pfsync.io.SyncTargets;
import io.mirrorcarp.pfsync.io.SyncTransport;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks below the channel while no peer is in session, once for each status that is asked for: what the probe saw and the channel did not get was dropped on
 * this node. Used on one event loop.
 */
final class LinkSight {
    private static final long APART_NANOS = 900_000_000;

    private final SyncNetwork network;
    private final List<InetAddress> syncpeers;
    private @Nullable LinkProbe probe;
    private int probed;
    private boolean refused;
    private long received;
    private long lookedNanos;
    private int refusal;
    private String filteredFrom = "";
    private String misdirectedTo = "";

    LinkSight(SyncNetwork network, SyncTargets targets) {
        this.network = network;
        syncpeers = targets.peers();
        // What is there to be seen is of protocol 240.
        refused = targets.transport() == SyncTransport.UDP;
    }

    int refusal() {
        return refusal;
    }

    String filteredFrom() {
        return filteredFrom;
    }

    String misdirectedTo() {
        return misdirectedTo;
    }

    /**
     * Looks, unless it did so just now: a peer must have had time to send a few frames.
     *
     * @param wanted whether no peer is in session
     */
    void look(SyncDevice device, boolean wanted, CounterSet<PfsyncCounter> counters, long nowNanos) {
        if (!wanted || !device.isPresent() || probed != device.ifindex()) {
            close();
        }
        if (!wanted || !device.isPresent()) {
            return;
        }
        if (probe != null && nowNanos - lookedNanos < APART_NANOS) {
            return;
        }
        lookedNanos = nowNanos;
        long before = received;
        received = counters.value(PfsyncCounter.PACKETS_RECEIVED) + counters.value(PfsyncCounter.PACKETS_RECEIVED6);
        if (probe == null) {
            open(device);
            return;
        }
        LinkProbe.Look look = probe.look();
        if (look.refusal() != 0 || received > before) {
            refusal = look.refusal();
        }
        InetAddress source = look.source();
        InetAddress destination = look.destination();
        filteredFrom = "";
        misdirectedTo = "";
        if (look.frames() > 1 && received == before && source != null && destination != null) {
            filteredFrom = source.getHostAddress();
            misdirectedTo = isOurs(device, destination) ? "" : destination.getHostAddress();
        }
    }

    private boolean isOurs(SyncDevice device, InetAddress destination) {
        if (destination.isMulticastAddress()) {
            return syncpeers.isEmpty() || syncpeers.contains(destination);
        }
        return network.isOwn(device, destination);
    }

    private void open(SyncDevice device) {
        if (refused) {
            return;
        }
        try {
            probe = network.probe(device, syncpeers);
            probed = device.ifindex();
        } catch (IOException e) {
            // A device that goes at this moment comes again with another number.
            refused = !(e instanceof ErrnoException);
        }
    }

    void close() {
        if (probe != null) {
            probe.close();
            probe = null;
        }
        refusal = 0;
        filteredFrom = "";
        misdirectedTo = "";
    }
}
