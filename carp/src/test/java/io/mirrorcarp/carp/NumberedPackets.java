// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.netio.PacketSocket;
import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.Rtnetlink;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.BitSet;

/** UDP packets with a number in each, which one host sends as raw frames, and which another counts as they come in. For one thread at a time. */
final class NumberedPackets implements AutoCloseable {
    private static final int ETHERNET = 14;
    private static final int UDP = 17;
    private static final int UDP_HEADER = 8;
    private static final int PORT = 20_017;
    private static final int TTL = 64;

    private static final BpfProgram UDP_OF_ANY_FAMILY =
            new BpfProgram.Builder().acceptProtocol(UDP).build();

    private final PacketSocket socket;
    private final MacAddress own;
    private final ByteBuffer frame = ByteBuffer.allocateDirect(128);
    private final MessageBatch batch = new MessageBatch(64, 256);
    private final BitSet seen = new BitSet();
    private int twice;

    private NumberedPackets(PacketSocket socket, MacAddress own) {
        this.socket = socket;
        this.own = own;
    }

    static NumberedPackets on(String namespace, String device) throws Exception {
        return NetworkNamespace.within(namespace, () -> {
            try (Rtnetlink route = Rtnetlink.open()) {
                Link link = route.link(device).orElseThrow();
                PacketSocket socket = PacketSocket.open(link.index(), UDP_OF_ANY_FAMILY);
                socket.setPromiscuous();
                socket.setReceiveBuffer(1 << 22);
                return new NumberedPackets(socket, link.mac());
            }
        });
    }

    /** Sends one to a MAC. */
    void send(int number, MacAddress to, InetAddress source, InetAddress destination) {
        boolean ipv4 = source.getAddress().length == 4;
        frame.clear();
        to.put(frame);
        own.put(frame);
        frame.putShort((short) (ipv4 ? 0x0800 : 0x86dd));
        int payload = UDP_HEADER + Integer.BYTES;
        if (ipv4) {
            frame.putInt(0x4500_0000 | (20 + payload)).putInt(0).putShort((short) (TTL << 8 | UDP));
            frame.putShort((short) 0).put(source.getAddress()).put(destination.getAddress());
            frame.putShort(ETHERNET + 10, (short) checksum());
        } else {
            frame.putInt(0x6000_0000).putShort((short) payload).put((byte) UDP).put((byte) TTL);
            frame.put(source.getAddress()).put(destination.getAddress());
        }
        frame.putShort((short) PORT)
                .putShort((short) PORT)
                .putShort((short) payload)
                .putShort((short) 0);
        frame.putInt(number);
        int errno = socket.send(frame.flip());
        if (errno != 0) {
            throw new AssertionError("send: errno " + errno);
        }
    }

    private int checksum() {
        int sum = 0;
        for (int i = ETHERNET; i < ETHERNET + 20; i += 2) {
            sum += Short.toUnsignedInt(frame.getShort(i));
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return ~(sum + (sum >>> 16)) & 0xffff;
    }

    /** The numbers that have come in. */
    BitSet seen() {
        for (int received = socket.receive(batch); received > 0; received = socket.receive(batch)) {
            for (int i = 0; i < received; i++) {
                ByteBuffer packet = batch.payload(i);
                int udp = ETHERNET + (packet.getShort(12) == 0x0800 ? 20 : 40);
                if (packet.limit() >= udp + UDP_HEADER + Integer.BYTES && packet.getShort(udp) == PORT) {
                    int number = packet.getInt(udp + UDP_HEADER);
                    twice += seen.get(number) ? 1 : 0;
                    seen.set(number);
                }
            }
        }
        return (BitSet) seen.clone();
    }

    /** How often a number came in again. */
    int twice() {
        return twice;
    }

    @Override
    public void close() {
        socket.close();
    }
}
