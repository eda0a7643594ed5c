// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.pfsync.auth.FrameOpener;
import io.mirrorcarp.pfsync.auth.FrameSealer;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.ChangeEncoder;
import io.mirrorcarp.pfsync.message.FrameHeader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The own stream: packs changes into frames, numbers, seals and sends them, and keeps the last {@value #RING_FRAMES}, sealed, to
 * send them again. A frame goes out when it is full or when {@link #finish(long)} is called.
 */
public final class StreamSender {
    public static final int RING_FRAMES = 4096;

    private static final int CHUNK_FRAMES = 32;

    /** A frame is not sent again sooner than this: repair requests of several peers for one loss arrive together. */
    private static final long RESEND_NANOS = 5_000_000;
    /** Frames sent again for one request; the peer asks for the rest again. */
    private static final int RESEND_FRAMES = 256;

    private final FrameSealer sealer;
    private final SyncLink link;
    private final CounterSet<PfsyncCounter> counters;
    private final ChangeEncoder encoder = new ChangeEncoder();
    private final int frameBytes;
    private int payloadLimit;
    private final byte[] payload;
    /** The frame that is sealed or looked at. */
    private final byte[] frame;
    /** The ring, as far as it was used yet. Outside of the heap: the collector would move each frame while everything waits. */
    private final @Nullable ByteBuffer[] chunks = new ByteBuffer[RING_FRAMES / CHUNK_FRAMES];

    private final int[] lengths = new int[RING_FRAMES];
    private final long[] sentNanos = new long[RING_FRAMES];
    private final long[] resentNanos = new long[RING_FRAMES];
    private int payloadLength;
    private long sequence;
    private long floor = 1;
    private long waitingSinceNanos;
    private int chosen = 1;
    private int up = 1;

    public StreamSender(FrameSealer sealer, int frameBytes, SyncLink link, CounterSet<PfsyncCounter> counters) {
        this.sealer = sealer;
        this.link = link;
        this.counters = counters;
        this.frameBytes = frameBytes;
        payloadLimit = frameBytes - FrameSealer.OVERHEAD_BYTES;
        frame = new byte[frameBytes];
        payload = new byte[payloadLimit + ChangeEncoder.MAX_BYTES];
    }

    /**
     * By which paths frames go from now on, bit {@code i} for path {@code i}.
     *
     * @param first those that are sent
     * @param again those that are sent again: why they were lost is not known yet
     */
    void go(int first, int again) {
        chosen = first;
        up = again;
    }

    /**
     * Frames are at most so long from now on, and never longer than at first. When that is less than before, what was sent is not sent again: it would not pass.
     *
     * @return whether it is less than before
     */
    public boolean limit(int bytes, long nowNanos) {
        int newLimit = Math.min(bytes, frameBytes) - FrameSealer.OVERHEAD_BYTES;
        boolean less = newLimit < payloadLimit;
        if (less) {
            finish(nowNanos);
            forget();
        }
        payloadLimit = newLimit;
        return less;
    }

    /** The longest frame that is sent now. */
    public int limit() {
        return payloadLimit + FrameSealer.OVERHEAD_BYTES;
    }

    /** Frames that are not sealed yet are sealed in this version. */
    public void speak(int version) {
        sealer.speak(version);
    }

    /** The highest sequence sent, 0 before the first. */
    public long sequence() {
        return sequence;
    }

    /** The lowest sequence that can be sent again; one more than {@link #sequence()} when there is none. */
    public long oldest() {
        return Math.max(floor, sequence - RING_FRAMES + 1);
    }

    /** What was sent until now is no longer true, and not sent again. */
    public void forget() {
        floor = sequence + 1;
    }

    /** When a frame that is still in the ring was sent first. */
    public long sentNanos(long number) {
        return sentNanos[slot(number)];
    }

    /** A frame that is still in the ring, sealed; {@link #length(long)} bytes of it, until the next call. */
    public byte[] frame(long number) {
        chunk(slot(number)).get(place(number), frame, 0, length(number));
        return frame;
    }

    private ByteBuffer chunk(int slot) {
        ByteBuffer chunk = chunks[slot / CHUNK_FRAMES];
        if (chunk == null) {
            chunk = ByteBuffer.allocateDirect(CHUNK_FRAMES * frameBytes);
            chunks[slot / CHUNK_FRAMES] = chunk;
        }
        return chunk;
    }

    private int place(long number) {
        return slot(number) % CHUNK_FRAMES * frameBytes;
    }

    public int length(long number) {
        return lengths[slot(number)];
    }

    /** Puts a change behind those before it. */
    public void append(Change change, long nowNanos) {
        if (payloadLength == 0) {
            waitingSinceNanos = nowNanos;
        }
        int end = encoder.write(change, payload, payloadLength);
        if (end > payloadLimit) {
            int begin = payloadLength;
            finish(nowNanos);
            System.arraycopy(payload, begin, payload, 0, end - begin);
            end -= begin;
            waitingSinceNanos = nowNanos;
        }
        payloadLength = end;
        counters.increment(PfsyncCounter.out(change.action));
    }

    /** Whether a frame is begun that is not sent yet. */
    public boolean isWaiting() {
        return payloadLength > 0;
    }

    /** Since when, if {@link #isWaiting()}. */
    public long waitingSinceNanos() {
        return waitingSinceNanos;
    }

    /** Sends what is waiting, if anything is. */
    public void finish(long nowNanos) {
        if (payloadLength == 0) {
            return;
        }
        sequence++;
        int slot = slot(sequence);
        lengths[slot] = sealer.seal(true, sequence, payload, payloadLength, frame);
        chunk(slot).put(place(sequence), frame, 0, lengths[slot]);
        sentNanos[slot] = nowNanos;
        resentNanos[slot] = nowNanos;
        payloadLength = 0;
        send(chosen, frame, lengths[slot]);
    }

    /**
     * Another key seals from now on: what can be sent again is sealed anew with it, since who needs it may not have the old one any more.
     *
     * @param opener still with the old keys
     */
    public void sealAnew(FrameOpener opener) {
        FrameHeader header = new FrameHeader();
        byte[] opened = new byte[frameBytes];
        byte[] sealed = new byte[frameBytes];
        for (long number = oldest(); number <= sequence; number++) {
            int slot = slot(number);
            int length = header.parse(frame(number), 0, lengths[slot]) == null && sealer.isOfOtherKey(header)
                    ? opener.open(header, frame, 0, opened)
                    : -1;
            if (length >= 0) {
                lengths[slot] = sealer.sealAnew(header, opened, length, sealed);
                chunk(slot).put(place(number), sealed, 0, lengths[slot]);
            }
        }
    }

    /** Sends frames {@code from} to {@code to} again, as far as the ring holds them. */
    public void resend(long from, long to, long nowNanos) {
        long first = Math.max(from, oldest());
        long last = Math.min(Math.min(to, sequence), first + RESEND_FRAMES - 1);
        for (long number = first; number <= last; number++) {
            int slot = slot(number);
            if (nowNanos - resentNanos[slot] >= RESEND_NANOS) {
                resentNanos[slot] = nowNanos;
                counters.increment(PfsyncCounter.RETRANSMITS);
                send(up, frame(number), lengths[slot]);
            }
        }
    }

    private void send(int paths, byte[] sealed, int length) {
        for (int path = 0; paths >> path > 0; path++) {
            if ((paths >> path & 1) != 0) {
                link.send(path, sealed, length);
            }
        }
    }

    private static int slot(long number) {
        return (int) (number % RING_FRAMES);
    }
}
