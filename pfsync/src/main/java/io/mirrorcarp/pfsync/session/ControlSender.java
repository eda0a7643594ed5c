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
    private long number;

    /** @param maxFrameBytes the longest frame that is ever tried */
    public ControlSender(FrameSealer sealer, SyncLink link, int maxFrameBytes) {
        int most = Math.max(ControlCodec.MAX_BYTES, maxFrameBytes);
        payload = new byte[most];
        frame = new byte[most + FrameSealer.OVERHEAD_BYTES];
        this.sealer = sealer;
        this.link = link;
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

    public void send(Control control, long nowNanos) {
        send(codec.write(control, payload, 0), nowNanos);
    }

    /**
     * Sends a frame that says nothing.
     *
     * @param frameBytes its length, but for up to {@link PathSize#SLACK_BYTES} less
     */
    public void sendPadding(int frameBytes, long nowNanos) {
        send(codec.writePadding(payload, 0, frameBytes - FrameSealer.OVERHEAD_BYTES), nowNanos);
    }

    private void send(int length, long nowNanos) {
        number++;
        sentNanos[(int) (number % REMEMBERED)] = nowNanos;
        link.send(frame, sealer.seal(false, number, payload, length, frame));
    }
}
