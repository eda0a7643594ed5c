// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabThread;
import io.mirrorcarp.lab.traffic.TcpFrames;
import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.PacketSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;

/** A port of the lab's server that answers each SYN with a reset, as a host does that has no listener, but some milliseconds later: as one that is far away. */
final class RefusingPort implements AutoCloseable {
    /** In a frame of {@link TcpFrames}. */
    private static final int SOURCE_PORT = 34;

    private static final int DESTINATION_PORT = 36;
    private static final int SEQUENCE = 38;
    private static final long PAUSE_NANOS = 500_000;

    private record Refusal(long dueNanos, int port, int acknowledgement) {}

    private final int port;
    private final long delayNanos;
    private final PacketSocket socket;
    private final TcpFrames frames;
    private final LabThread thread;

    RefusingPort(LabHost server, int port, long delayNanos) throws IOException {
        this.port = port;
        this.delayNanos = delayNanos;
        // The kernel would answer at once. The packet socket sees what is dropped here.
        server.nft("add table ip refusing; add chain ip refusing in { type filter hook input priority -300; };"
                + " add rule ip refusing in tcp dport " + port + " drop\n");
        BpfProgram filter = new BpfProgram.Builder()
                .loadHalf(DESTINATION_PORT)
                .jumpEqual(port, 0, 1)
                .accept()
                .drop()
                .build();
        socket = server.call(
                () -> PacketSocket.open(NetworkInterface.getByName("eth0").getIndex(), filter));
        frames = new TcpFrames(
                MacAddress.parse("00:00:5e:00:01:01"),
                server.mac("eth0"),
                ipv4(Topology.SERVER),
                ipv4(Topology.VIRTUAL_WAN));
        thread = new LabThread("refusing", this::run);
    }

    /** Where it is. */
    InetSocketAddress address() {
        return new InetSocketAddress(Topology.SERVER, port);
    }

    private static int ipv4(String address) throws IOException {
        return ByteBuffer.wrap(InetAddress.getByName(address).getAddress()).getInt();
    }

    private void run(LabThread self) {
        Queue<Refusal> waiting = new ArrayDeque<>();
        MessageBatch in = new MessageBatch(16, 256);
        while (self.isRunning()) {
            in.clear();
            int received = socket.receive(in);
            for (int i = 0; i < received; i++) {
                ByteBuffer syn = in.payload(i);
                int at = syn.position();
                waiting.add(new Refusal(
                        System.nanoTime() + delayNanos,
                        syn.getShort(at + SOURCE_PORT) & 0xffff,
                        syn.getInt(at + SEQUENCE) + 1));
            }
            Refusal first = waiting.peek();
            if (first != null && System.nanoTime() - first.dueNanos >= 0) {
                refuse(waiting.remove());
            } else if (received <= 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void refuse(Refusal refusal) {
        ByteBuffer frame = ByteBuffer.allocateDirect(TcpFrames.BYTES);
        frames.write(frame, port, refusal.port(), TcpFrames.RST | TcpFrames.ACK, 0, refusal.acknowledgement());
        frame.flip();
        socket.send(frame);
    }

    @Override
    public void close() {
        thread.end("the refusing port");
        socket.close();
    }
}
