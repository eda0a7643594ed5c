// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.PacketSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes the place of the cable between a host and its switch: a thread hands over the frames of both directions, each later by half of a round trip. It makes the checksums
 * that a virtual cable leaves out.
 */
public final class LongCable implements AutoCloseable {
    private static final long POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final int SLOTS = 64;
    private static final int SLOT_BYTES = 2048;
    private static final String BRIDGE_END = "long0";
    private static final String CABLE_END = "long1";

    private final PacketSocket host;
    private final PacketSocket segment;
    private final MessageBatch received = new MessageBatch(SLOTS, SLOT_BYTES);
    private final Deque<Delayed> delayed = new ArrayDeque<>();
    private final LabThread thread;
    private volatile long halfNanos;

    private record Delayed(long dueNanos, PacketSocket to, ByteBuffer frame) {}

    /** Lays it, without a delay. The host's port leaves the bridge for good. */
    public LongCable(LabNetwork network, LabHost end) {
        Namespace bridge = network.switchNamespace();
        bridge.ip("link", "add", BRIDGE_END, "type", "veth", "peer", "name", CABLE_END);
        bridge.ip("link", "set", BRIDGE_END, "master", network.name(), "up");
        bridge.ip("link", "set", CABLE_END, "up");
        bridge.ip("link", "set", network.port(end), "nomaster");
        host = bridge.call(() -> CableEnd.open(network.port(end)));
        segment = bridge.call(() -> CableEnd.open(CABLE_END));
        thread = new LabThread("long-cable", this::run);
    }

    /** Sets the round trip from now on. */
    public void roundTrip(Duration time) {
        halfNanos = time.toNanos() / 2;
    }

    private void run(LabThread self) {
        while (self.isRunning()) {
            int moved = take(host, segment) + take(segment, host);
            long nowNanos = System.nanoTime();
            for (Delayed next = delayed.peek(); next != null && next.dueNanos() <= nowNanos; next = delayed.peek()) {
                delayed.remove();
                next.to().send(next.frame());
            }
            if (moved == 0) {
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    private int take(PacketSocket from, PacketSocket to) {
        int count = Math.max(0, from.receive(received));
        long dueNanos = System.nanoTime() + halfNanos;
        for (int i = 0; i < count; i++) {
            ByteBuffer frame = received.payload(i);
            ByteBuffer copy = ByteBuffer.allocateDirect(frame.remaining());
            copy.put(frame).flip();
            FrameChecksum.complete(copy);
            delayed.add(new Delayed(dueNanos, to, copy));
        }
        return count;
    }

    @Override
    public void close() {
        thread.end("the long cable");
        host.close();
        segment.close();
    }
}
