// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.netio.PacketSocket;
import io.mirrorcarp.netio.route.Rtnetlink;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The frames of one source MAC that arrive at an interface. */
public final class FrameCapture implements AutoCloseable {
    private final PacketSocket socket;
    private final MessageBatch batch = new MessageBatch(32, 256);
    private final List<byte[]> frames = new ArrayList<>();

    private FrameCapture(PacketSocket socket) {
        this.socket = socket;
    }

    /** Begins to capture. */
    public static FrameCapture of(String namespace, String device, MacAddress source) throws Exception {
        long bits = source.bits();
        BpfProgram fromSource = new BpfProgram.Builder()
                .loadWord(6)
                .jumpEqual((int) (bits >>> 16), 0, 3)
                .loadHalf(10)
                .jumpEqual((int) (bits & 0xffff), 0, 1)
                .accept()
                .drop()
                .build();
        return NetworkNamespace.within(namespace, () -> {
            try (Rtnetlink route = Rtnetlink.open()) {
                PacketSocket socket =
                        PacketSocket.open(route.link(device).orElseThrow().index(), fromSource);
                socket.setPromiscuous();
                return new FrameCapture(socket);
            }
        });
    }

    /** All that arrived since the beginning, or since {@link #clear}. */
    public List<byte[]> frames() {
        for (int received = socket.receive(batch); received > 0; received = socket.receive(batch)) {
            for (int i = 0; i < received; i++) {
                ByteBuffer payload = batch.payload(i);
                byte[] frame = new byte[payload.remaining()];
                payload.get(frame);
                frames.add(frame);
            }
        }
        return new ArrayList<>(frames);
    }

    /** Forgets what arrived. */
    public void clear() {
        frames();
        frames.clear();
    }

    @Override
    public void close() {
        socket.close();
    }
}
