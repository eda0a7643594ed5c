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
    private final byte[] payload = new byte[ControlCodec.MAX_BYTES];
    private final byte[] frame = new byte[ControlCodec.MAX_BYTES + FrameSealer.OVERHEAD_BYTES];
    private final long[] sentNanos = new long[REMEMBERED];
    private long number;

    public ControlSender(FrameSealer sealer, SyncLink link) {
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
        number++;
        sentNanos[(int) (number % REMEMBERED)] = nowNanos;
        int length = codec.write(control, payload, 0);
        link.send(frame, sealer.seal(false, number, payload, length, frame));
    }
}
