// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.IpEndpoint;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.RawIpSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** A third host on the sync network, without a key: it hears every frame, and sends what it likes. */
final class Eavesdropper implements AutoCloseable {
    private static final int PROTOCOL = 240;
    private static final int SLOTS = 64;
    private static final int DATAGRAM_BYTES = 2048;
    private static final String DEVICE = "sync0";
    private static final String GROUP = "224.0.0.240";
    private static final long PAUSE_NANOS = 1_000_000;

    private final LabHost host;
    private final List<byte[]> heard = new ArrayList<>();
    private final Future<Void> listening;
    private volatile boolean ended;
    private volatile boolean repeating;

    /** Plugs a host of its own into the sync network of the pair, and listens from now on. */
    Eavesdropper(Pair pair) {
        host = pair.lab.host("mallory");
        host.plug(pair.topology.sync(), DEVICE);
        host.address(DEVICE, "192.0.2.66/24");
        listening = host.namespace().start("eavesdropper", this::listen);
    }

    private Void listen() throws Exception {
        int ifindex = NetworkInterface.getByName(DEVICE).getIndex();
        MessageBatch batch = new MessageBatch(SLOTS, DATAGRAM_BYTES);
        try (RawIpSocket socket = RawIpSocket.open(false, PROTOCOL, ifindex)) {
            socket.join(InetAddress.getByName(GROUP));
            while (!ended) {
                int received = socket.receive(batch);
                for (int slot = 0; slot < received; slot++) {
                    note(batch.payload(slot));
                }
                if (received <= 0) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
        return null;
    }

    private void note(ByteBuffer packet) {
        byte[] bytes = new byte[packet.remaining()];
        packet.get(bytes);
        int header = (bytes[0] & 0xf) * 4;
        synchronized (heard) {
            heard.add(Arrays.copyOfRange(bytes, header, bytes.length));
        }
    }

    /** The frames heard so far, without their IP headers. */
    List<byte[]> heard() {
        synchronized (heard) {
            return List.copyOf(heard);
        }
    }

    /** Sends each frame to all, and waits where the kernel has no room. */
    void send(List<byte[]> frames) {
        host.call(() -> {
            send(frames, 0);
            return null;
        });
    }

    /**
     * Hears nothing more, and sends all of these again and again until it is told to end.
     *
     * @param pauseNanos between some {@value #SLOTS} frames and the next
     */
    Future<Void> repeat(List<byte[]> frames, long pauseNanos) {
        stopListening();
        repeating = true;
        return host.namespace().start("replay", () -> {
            while (repeating) {
                send(frames, pauseNanos);
            }
            return null;
        });
    }

    /** Ends {@link #repeat}. */
    void stopRepeating() {
        repeating = false;
    }

    private static void send(List<byte[]> frames, long pauseNanos) throws Exception {
        int ifindex = NetworkInterface.getByName(DEVICE).getIndex();
        IpEndpoint group = new IpEndpoint(InetAddress.getByName(GROUP), ifindex);
        MessageBatch batch = new MessageBatch(SLOTS, DATAGRAM_BYTES);
        try (RawIpSocket socket = RawIpSocket.open(false, PROTOCOL, ifindex)) {
            for (byte[] frame : frames) {
                batch.append(group).put(frame);
                batch.commit();
                if (batch.isFull()) {
                    flush(socket, batch);
                    LockSupport.parkNanos(pauseNanos);
                }
            }
            flush(socket, batch);
        }
    }

    private static void flush(RawIpSocket socket, MessageBatch batch) {
        while (batch.count() > 0) {
            int errno = socket.send(batch);
            if (errno != 0 && errno != Errno.EAGAIN && errno != Errno.ENOBUFS) {
                throw new AssertionError("errno " + errno);
            }
            if (errno != 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    @Override
    public void close() {
        repeating = false;
        stopListening();
    }

    private void stopListening() {
        ended = true;
        try {
            listening.get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the eavesdropper failed", e);
        }
    }
}
