// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.pfsync.message.Control;
import io.mirrorcarp.pfsync.message.FrameHeader;

/**
 * What this node tells without being asked twice: heartbeats, acknowledgements, requests for what is missing. Everything that is due goes into one
 * control frame.
 */
public final class Reports {
    /** Two heartbeats are at least so far apart, however many new peers ask for one. */
    private static final long SHORTEST_NANOS = 20_000_000;
    /** While frames are unacknowledged a heartbeat comes sooner, since the frames, or the acknowledgement, may be lost. */
    private static final long PROBE_NANOS = 50_000_000;
    /** Frames acknowledged at once; fewer wait a little for company. */
    private static final int ACKNOWLEDGE_FRAMES = 16;

    private static final long ACKNOWLEDGE_NANOS = 5_000_000;
    /** As often as a bow-out. A direct link seldom loses three frames in a row. */
    private static final int RESIGNATION_REPEATS = 3;

    private static final long NEVER = Long.MAX_VALUE;

    private final ReplicationSettings settings;
    private final ControlSender sender;
    private final StreamSender stream;
    private final PeerTable peers;
    private final Candidates candidates;
    private final CounterSet<PfsyncCounter> counters;
    private final ControlContents contents;
    private final Control control = new Control();

    private String node;
    private boolean soon = true;
    private boolean started;
    private long heartbeatNanos;
    private long interruptions;

    public Reports(SessionParts parts, ControlContents contents) {
        settings = parts.settings();
        node = settings.node();
        sender = parts.control();
        stream = parts.stream();
        peers = parts.peers();
        candidates = parts.candidates();
        counters = parts.counters();
        this.contents = contents;
    }

    /** This node has another name from now on. */
    public void rename(String name) {
        node = name;
        soon = true;
    }

    /** Lets a heartbeat go out with the next {@link #flush(long)}. */
    public void hasten() {
        soon = true;
    }

    /** The stream has a hole that no repair fills: peers shall ask for a bulk update. */
    public void interrupt() {
        interruptions++;
        counters.increment(PfsyncCounter.INTERRUPTIONS);
        soon = true;
    }

    public long interruptions() {
        return interruptions;
    }

    /** A frame of a peer's stream was applied. */
    public void onApplied(Peer peer, long nowNanos) {
        peer.unacknowledged++;
        peer.acknowledgeNanos = peer.unacknowledged >= ACKNOWLEDGE_FRAMES
                ? nowNanos
                : Math.min(peer.acknowledgeNanos, nowNanos + ACKNOWLEDGE_NANOS);
    }

    /** Sends what is due. */
    public void flush(long nowNanos) {
        boolean heartbeat = nowNanos >= heartbeatDueNanos();
        control.clear();
        for (Peer peer : peers.all()) {
            if (peer.isListening()) {
                addRequests(peer, nowNanos);
            }
            if (heartbeat ? peer.hasSession() : peer.isListening() && nowNanos >= peer.acknowledgeNanos) {
                addReport(peer, nowNanos);
            }
        }
        if (heartbeat) {
            candidates.report(control, nowNanos);
            fillHeartbeat(nowNanos);
        }
        if (heartbeat || control.reportCount + control.repairCount + control.bulkRequestCount > 0) {
            send(nowNanos);
        }
        if (heartbeat) {
            tryPaths(nowNanos);
        }
    }

    /** Sends a frame of padding where it is to be seen what comes through. A search goes before a look whether all is as before. */
    private void tryPaths(long nowNanos) {
        int shortest = 0;
        for (Peer peer : peers.all()) {
            int padding = peer.isListening() ? peer.path.padding() : 0;
            shortest = padding > 0 && (shortest == 0 || padding < shortest) ? padding : shortest;
        }
        if (shortest > 0) {
            sender.sendPadding(shortest, nowNanos);
        }
    }

    /** Tells that this node stops. */
    public void goodbye(long nowNanos) {
        control.clear();
        control.goodbye = true;
        counters.increment(PfsyncCounter.GOODBYES_OUT);
        fillHeartbeat(nowNanos);
        send(nowNanos);
    }

    /**
     * Tells that this node, master until now, leaves a virtual host, three times: who waits for an acknowledgement has lost the time that this is to
     * save. What the streams have to say of its flows goes out before.
     */
    public void resign(int vhid, long addresses, long nowNanos) {
        contents.flushChanges(nowNanos);
        for (int i = 0; i < RESIGNATION_REPEATS; i++) {
            control.clear();
            control.addResignation(vhid, addresses);
            counters.increment(PfsyncCounter.RESIGNATIONS_OUT);
            sender.send(control, nowNanos);
        }
    }

    private void addRequests(Peer peer, long nowNanos) {
        StreamReceiver received = peer.stream();
        if (nowNanos >= received.nextRepairNanos()) {
            received.addRepairs(control, peer.creatorId(), peer.epoch(), nowNanos);
        }
        contents.addRequest(peer, control, nowNanos);
    }

    private void addReport(Peer peer, long nowNanos) {
        StreamReceiver received = peer.stream();
        control.addReport(
                peer.creatorId(),
                peer.epoch(),
                peer.controls.highest(),
                received.expected() - 1,
                received.window(),
                contents.isEqual(peer));
        control.setLongest(peer.longest(settings.pathFreshNanos(), nowNanos));
        if (peer.paths.areSeveral()) {
            control.setPaths(peer.paths.heard(nowNanos - settings.pathFreshNanos()));
        }
        peer.unacknowledged = 0;
        peer.acknowledgeNanos = NEVER;
    }

    private void fillHeartbeat(long nowNanos) {
        // The digest is that of the flows which the stream up to the number sent tells of.
        contents.flushChanges(nowNanos);
        control.heartbeat = true;
        control.capabilities = Control.CAPABILITY_DIGESTS;
        control.node = node;
        control.lowestVersion = FrameHeader.LOWEST_VERSION;
        control.highestVersion = FrameHeader.HIGHEST_VERSION;
        stream.speak(commonVersion(nowNanos));
        control.sent = stream.sequence();
        control.oldest = stream.oldest();
        control.interruptions = interruptions;
        soon = contents.fillHeartbeat(control);
        counters.increment(PfsyncCounter.HEARTBEATS_OUT);
        heartbeatNanos = nowNanos;
        started = true;
    }

    /**
     * The highest version that everybody understands whom this heartbeat tells from where on to take the stream; what was sent before
     * does not concern them.
     */
    private int commonVersion(long nowNanos) {
        int version = candidates.commonVersion(nowNanos);
        for (Peer peer : peers.all()) {
            if (peer.isListening()) {
                version = Math.min(version, peer.highestVersion);
            }
        }
        return version;
    }

    private void send(long nowNanos) {
        contents.flushImports(nowNanos);
        counters.add(PfsyncCounter.REPORTS_OUT, control.reportCount);
        counters.add(PfsyncCounter.REPAIRS_OUT, control.repairCount);
        counters.add(PfsyncCounter.BULK_REQUESTS_OUT, control.bulkRequestCount);
        sender.send(control, nowNanos);
    }

    private long heartbeatDueNanos() {
        if (!started) {
            return Long.MIN_VALUE;
        }
        long due = heartbeatNanos + settings.heartbeatNanos();
        if (soon) {
            due = heartbeatNanos + SHORTEST_NANOS;
        }
        if (isUnacknowledged()) {
            long probe = Math.max(heartbeatNanos, stream.sentNanos(stream.sequence())) + PROBE_NANOS;
            due = Math.min(due, probe);
        }
        return due;
    }

    private boolean isUnacknowledged() {
        for (Peer peer : peers.all()) {
            if (peer.isListening() && peer.acked < stream.sequence()) {
                return true;
            }
        }
        return false;
    }

    /** When {@link #flush(long)} has something to send. */
    public long deadlineNanos() {
        long deadline = heartbeatDueNanos();
        for (Peer peer : peers.all()) {
            if (peer.isListening()) {
                deadline = Math.min(deadline, peer.acknowledgeNanos);
                deadline = Math.min(deadline, peer.stream().nextRepairNanos());
                deadline = Math.min(deadline, contents.requestNanos(peer));
            }
        }
        return deadline;
    }
}
