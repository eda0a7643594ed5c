// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.auth.FrameSealer;
import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.ChangeEncoder;
import io.mirrorcarp.pfsync.message.Control;
import io.mirrorcarp.pfsync.message.ControlCodec;
import java.util.Arrays;
import java.util.Map;

/** Speaks to one node as another with a host id and a key of its choice, frame by frame, and says what no node would. */
final class Stranger {
    private final SimulatedNode to;
    private final FrameSealer sealer;
    private final Control control = new Control();
    private final byte[] payload = new byte[ControlCodec.MAX_BYTES + ChangeEncoder.MAX_BYTES];
    private final byte[] frame = new byte[payload.length + FrameSealer.OVERHEAD_BYTES];
    private long controls;
    private long streams;

    Stranger(SimulatedNode to, int creatorId, byte[] secret) {
        this.to = to;
        sealer = new FrameSealer(new Keyring(Map.of(1, secret), 1), creatorId, 99);
    }

    /** A heartbeat that claims to have heard the node just now, which begins a session. */
    void heartbeat(long sent, long oldest) {
        control.clear();
        control.heartbeat = true;
        control.node = "stranger";
        control.sent = sent;
        control.oldest = oldest;
        control.addReport(to.creatorId, to.machine.epoch(), 1L << 40, 0, 0, false);
        seal(false, ++controls, new ControlCodec().write(control, payload, 0));
    }

    /** The payload of a stream frame, as it is. */
    void stream(int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            payload[i] = (byte) bytes[i];
        }
        seal(true, ++streams, bytes.length);
    }

    void stream(Change change) {
        seal(true, ++streams, new ChangeEncoder().write(change, payload, 0));
    }

    private void seal(boolean stream, long number, int length) {
        to.receive(Arrays.copyOf(frame, sealer.seal(stream, number, payload, length, frame)));
    }
}
