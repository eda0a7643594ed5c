// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.PacketSocket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes the place of the switch between two hosts of a segment: a thread hands over their frames, and loses, repeats and delays some, so that
 * later ones overtake them. Perfect until told otherwise. The ports leave the bridge for good.
 */
public final class BadCable implements AutoCloseable {
    private static final long POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(250);
    private static final long DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int SLOTS = 64;
    private static final int SLOT_BYTES = 2048;

    private final PacketSocket[] ends = new PacketSocket[2];
    private final MessageBatch received = new MessageBatch(SLOTS, SLOT_BYTES);
    private final Deque<Delayed> delayed = new ArrayDeque<>();
    private final Random random;
    private final LabThread thread;
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong repeated = new AtomicLong();
    private final AtomicLong overtaken = new AtomicLong();
    private volatile int lossPercent;
    private volatile int repeatPercent;
    private volatile int delayPercent;

    private record Delayed(long dueNanos, int to, ByteBuffer frame) {}

    /**
     * Joins the ports of two hosts.
     *
     * @param seed of what happens to which frame
     */
    public BadCable(LabNetwork network, LabHost one, LabHost other, long seed) {
        random = new Random(seed);
        Namespace segment = network.switchNamespace();
        for (LabHost host : new LabHost[] {one, other}) {
            segment.ip("link", "set", network.port(host), "nomaster");
        }
        ends[0] = segment.call(() -> CableEnd.open(network.port(one)));
        ends[1] = segment.call(() -> CableEnd.open(network.port(other)));
        thread = new LabThread("bad-cable", this::run);
    }

    /** From now on so many of a hundred frames are lost, come twice, and come 5 ms later. All of them lost is a partition. */
    public void quality(int newLossPercent, int newRepeatPercent, int newDelayPercent) {
        lossPercent = newLossPercent;
        repeatPercent = newRepeatPercent;
        delayPercent = newDelayPercent;
    }

    /** Frames that were lost. */
    public long lost() {
        return lost.get();
    }

    /** Frames that came twice. */
    public long repeated() {
        return repeated.get();
    }

    /** Frames that came later. */
    public long overtaken() {
        return overtaken.get();
    }

    private void run(LabThread self) {
        while (self.isRunning()) {
            long nowNanos = System.nanoTime();
            for (Delayed next = delayed.peek(); next != null && next.dueNanos() <= nowNanos; next = delayed.peek()) {
                delayed.remove();
                ends[next.to()].send(next.frame());
            }
            if (handOver(0, nowNanos) + handOver(1, nowNanos) == 0) {
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    /** Frames that came in at one end; a down port has none. */
    private int handOver(int from, long nowNanos) {
        int count = Math.max(0, ends[from].receive(received));
        for (int i = 0; i < count; i++) {
            ByteBuffer frame = received.payload(i);
            if (random.nextInt(100) < lossPercent) {
                lost.incrementAndGet();
            } else if (random.nextInt(100) < delayPercent) {
                overtaken.incrementAndGet();
                ByteBuffer copy = ByteBuffer.allocateDirect(frame.remaining());
                delayed.add(new Delayed(
                        nowNanos + DELAY_NANOS, 1 - from, copy.put(frame).flip()));
            } else {
                ends[1 - from].send(frame);
                if (random.nextInt(100) < repeatPercent) {
                    repeated.incrementAndGet();
                    ends[1 - from].send(frame);
                }
            }
        }
        return count;
    }

    @Override
    public void close() {
        thread.end("the cable");
        for (PacketSocket end : ends) {
            end.close();
        }
    }
}
