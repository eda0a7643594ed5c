// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.pfsync.auth.FrameSealer;
import io.mirrorcarp.pfsync.message.Control;
import io.mirrorcarp.pfsync.message.ControlCodec;

/** Numbers, seals and sends control frames, and remembers when each of the last {@value #REMEMBERED} was sent. */
public final class ControlSender {
    private static final int REMEMBERED = 1024;

    private final FrameSealer sealer;
    private final SyncLink link;
    private final ControlCodec codec = new ControlCodec();
    private final byte[] payload;
    private final byte[] frame;
    private final long[] sentNanos = new long[REMEMBERED];
    private final Control padding = new Control();
    private final int count;
    private int up;
    private long number;

    /**
     * @param paths how many there are; a message goes by each that can pass frames
     * @param maxFrameBytes the longest frame that is ever tried
     */
    public ControlSender(FrameSealer sealer, SyncLink link, int paths, int maxFrameBytes) {
        int most = Math.max(ControlCodec.MAX_BYTES, maxFrameBytes);
        payload = new byte[most];
        frame = new byte[most + FrameSealer.OVERHEAD_BYTES];
        this.sealer = sealer;
        this.link = link;
        count = paths;
        up = (1 << paths) - 1;
    }

    /** Which paths can pass frames from now on, bit {@code i} for path {@code i}. */
    void onUp(int paths) {
        up = paths;
    }

    /** The number of the last control frame sent, 0 before the first. */
    public long number() {
        return number;
    }

    /** When a control frame was sent; of one too old to be remembered, when the oldest remembered one was. */
    public long sentNanos(long sent) {
        long known = Math.max(Math.min(sent, number), number - REMEMBERED + 1);
        return sentNanos[(int) (Math.max(known, 0) % REMEMBERED)];
    }

    /** Sends a message by every path that can pass frames, each in a frame of its own; by all of them where none can. */
    public void send(Control control, long nowNanos) {
        long first = number + 1;
        for (int path = 0; path < count; path++) {
            if (isUp(path)) {
                place(control, path, first);
                send(path, codec.write(control, payload, 0), nowNanos);
            }
        }
    }

    /**
     * Sends a frame that says nothing.
     *
     * @param frameBytes its length, but for up to {@link PathSize#SLACK_BYTES} less
     */
    public void sendPadding(int frameBytes, long nowNanos) {
        long first = number + 1;
        for (int path = 0; path < count; path++) {
            if (isUp(path)) {
                place(padding, path, first);
                int bytes = frameBytes - FrameSealer.OVERHEAD_BYTES;
                send(path, codec.writePadding(padding, payload, 0, bytes), nowNanos);
            }
        }
    }

    private boolean isUp(int path) {
        return up == 0 || (up & 1 << path) != 0;
    }

    private void place(Control control, int path, long first) {
        control.path = path;
        control.pathCount = count;
        control.pathsUp = up;
        control.pathCopy = (int) (number + 1 - first);
    }

    private void send(int path, int length, long nowNanos) {
        number++;
        sentNanos[(int) (number % REMEMBERED)] = nowNanos;
        link.send(path, frame, sealer.seal(false, number, payload, length, frame));
    }
}
