// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.trace;

import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.PacketSocket;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Frames of one IP protocol on some devices, both ways. */
public final class FrameCapture implements AutoCloseable {
    private static final int SLOTS = 32;
    private static final int SLOT_BYTES = 9_216;
    private static final int BUFFER_BYTES = 4 << 20;
    private static final int MICROS_PER_SECOND = 1_000_000;
    private static final long IDLE_NANOS = 5_000_000;

    private final Map<String, PacketSocket> sockets = new LinkedHashMap<>();
    private final MessageBatch batch = new MessageBatch(SLOTS, SLOT_BYTES);

    /** Hears of each frame. */
    public interface Listener {
        /**
         * Told of one frame.
         *
         * @param micros since 1970, when it was read
         * @return whether to go on
         */
        boolean onFrame(String device, long micros, ByteBuffer frame) throws IOException;
    }

    /**
     * Opens a socket on each device; it takes root.
     *
     * @param protocol the IP protocol number
     */
    public FrameCapture(List<String> devices, int protocol) throws IOException {
        try {
            for (String device : devices) {
                NetworkInterface there = NetworkInterface.getByName(device);
                if (there == null) {
                    throw new IOException("there is no device " + device + " here; ip link lists them");
                }
                sockets.put(device, open(there.getIndex(), protocol));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private static PacketSocket open(int ifindex, int protocol) throws ErrnoException {
        PacketSocket socket = PacketSocket.openBothWays(ifindex, filter(protocol));
        try {
            socket.setPromiscuous();
            socket.setReceiveBuffer(BUFFER_BYTES);
        } catch (ErrnoException e) {
            // With the usual buffer, and what the device lets through, there is still something to see.
        }
        return socket;
    }

    private static BpfProgram filter(int protocol) {
        return new BpfProgram.Builder().acceptProtocol(protocol).build();
    }

    /** Hands frames over until the listener has enough. */
    public void run(Listener listener) throws IOException {
        while (true) {
            int received = 0;
            for (Map.Entry<String, PacketSocket> each : List.copyOf(sockets.entrySet())) {
                int count = Math.max(0, each.getValue().receive(batch));
                received += count;
                for (ByteBuffer frame : frames(count)) {
                    if (!listener.onFrame(each.getKey(), nowMicros(), frame)) {
                        return;
                    }
                }
            }
            if (received == 0) {
                LockSupport.parkNanos(IDLE_NANOS);
            }
        }
    }

    private List<ByteBuffer> frames(int count) {
        List<ByteBuffer> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            frames.add(batch.payload(i));
        }
        return frames;
    }

    private static long nowMicros() {
        java.time.Instant now = java.time.Instant.now();
        return now.getEpochSecond() * MICROS_PER_SECOND + now.getNano() / 1_000;
    }

    @Override
    public void close() {
        sockets.values().forEach(PacketSocket::close);
    }
}
