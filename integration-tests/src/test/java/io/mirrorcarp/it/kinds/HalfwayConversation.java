// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.traffic.TcpFrames;
import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.PacketSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP connection that is in a given state whenever the addresses move: of each the rest of its life is sent after the move, and the next one is brought into that state before
 * the next move. Both ends are crafted, so that no segment comes but these. What is lost is sent again by the server, whose segments no firewall lets in that does not know the connection. Only a client
 * that has heard nothing repeats its SYN.
 */
final class HalfwayConversation implements Conversation {
    private static final int FIN_ACK = TcpFrames.FIN | TcpFrames.ACK;
    private static final int SYN_ACK = TcpFrames.SYN | TcpFrames.ACK;
    private static final int CLIENT_START = 1000;
    private static final int SERVER_START = 5000;

    private static final List<Segment> LIFE = List.of(
            new Segment(false, TcpFrames.SYN, CLIENT_START, 0),
            new Segment(true, SYN_ACK, SERVER_START, CLIENT_START + 1),
            new Segment(false, TcpFrames.ACK, CLIENT_START + 1, SERVER_START + 1),
            new Segment(false, FIN_ACK, CLIENT_START + 1, SERVER_START + 1),
            new Segment(true, TcpFrames.ACK, SERVER_START + 1, CLIENT_START + 2),
            new Segment(true, FIN_ACK, SERVER_START + 1, CLIENT_START + 2),
            new Segment(false, TcpFrames.ACK, CLIENT_START + 2, SERVER_START + 2),
            // The last acknowledgement was lost behind the firewall.
            new Segment(true, FIN_ACK, SERVER_START + 1, CLIENT_START + 2),
            new Segment(false, TcpFrames.ACK, CLIENT_START + 2, SERVER_START + 2));

    private static final int FIRST_CLIENT_PORT = 31_000;
    /** In a frame of {@link TcpFrames}. */
    private static final int SOURCE_PORT = 34;

    private static final int SEQUENCE = 38;
    private static final int ACKNOWLEDGEMENT = 42;
    private static final int FLAGS = 47;
    private static final long TRY_NANOS = 500_000_000L;
    private static final int TRIES = 6;

    private record Segment(boolean fromServer, int flags, int sequence, int acknowledgement) {
        boolean is(ByteBuffer frame) {
            int at = frame.position();
            return frame.remaining() >= TcpFrames.BYTES
                    && frame.get(at + FLAGS) == flags
                    && frame.getInt(at + SEQUENCE) == sequence
                    && frame.getInt(at + ACKNOWLEDGEMENT) == acknowledgement;
        }
    }

    private final int segmentsBefore;
    private final int serverPort;
    private final PacketSocket client;
    private final PacketSocket server;
    private final TcpFrames toServer;
    private final TcpFrames toClient;
    private int clientPort = FIRST_CLIENT_PORT;
    private int translatedPort;

    private HalfwayConversation(KindsBed bed, int serverPort, int segmentsBefore) throws IOException {
        this.serverPort = serverPort;
        this.segmentsBefore = segmentsBefore;
        dropAnswers(bed.client, "tcp sport " + serverPort);
        dropAnswers(bed.server, "tcp dport " + serverPort);
        client = socket(bed.client, SOURCE_PORT, serverPort);
        server = socket(bed.server, SOURCE_PORT + 2, serverPort);
        toServer = frames(bed.client, "00:00:5e:00:01:02", KindsBed.CLIENT, KindsBed.SERVER);
        toClient = frames(bed.server, "00:00:5e:00:01:01", KindsBed.SERVER, KindsBed.VIRTUAL);
    }

    /**
     * One whose first segments have come through.
     *
     * @param serverPort of this kind alone
     * @param segmentsBefore 1 for SYN_SENT, 2 SYN_RECV, 4 FIN_WAIT, 5 CLOSE_WAIT, 6 LAST_ACK, 7 TIME_WAIT
     */
    static Conversation open(KindsBed bed, int serverPort, int segmentsBefore) throws IOException {
        HalfwayConversation conversation = new HalfwayConversation(bed, serverPort, segmentsBefore);
        Optional<String> why = conversation.send(0, segmentsBefore);
        if (why.isPresent()) {
            throw new IOException(why.get());
        }
        return conversation;
    }

    /** The kernels know nothing of these connections, and would reset them. The packet sockets see what is dropped here. */
    private static void dropAnswers(LabHost host, String match) {
        host.nft("add table ip halfway; add chain ip halfway in { type filter hook input priority -300; };"
                + " add rule ip halfway in " + match + " drop\n");
    }

    private static PacketSocket socket(LabHost host, int portOffset, int port) {
        BpfProgram filter = new BpfProgram.Builder()
                .loadHalf(portOffset)
                .jumpEqual(port, 0, 1)
                .accept()
                .drop()
                .build();
        return host.call(
                () -> PacketSocket.open(NetworkInterface.getByName("eth0").getIndex(), filter));
    }

    private static TcpFrames frames(LabHost host, String gateway, String source, String destination)
            throws IOException {
        return new TcpFrames(MacAddress.parse(gateway), host.mac("eth0"), ipv4(source), ipv4(destination));
    }

    private static int ipv4(String address) throws IOException {
        return ByteBuffer.wrap(InetAddress.getByName(address).getAddress()).getInt();
    }

    @Override
    public Optional<String> go() {
        Optional<String> why = send(segmentsBefore == 1 ? 0 : segmentsBefore, LIFE.size());
        if (why.isEmpty()) {
            clientPort++;
            why = send(0, segmentsBefore);
        }
        return why;
    }

    private Optional<String> send(int from, int to) {
        int next = from;
        for (int i = 0; next < to && i < TRIES + to - from; i++) {
            next = comes(LIFE.get(next)) ? next + 1 : before(next);
        }
        return next == to ? Optional.empty() : Optional.of("segment " + (next + 1) + " of its life did not come");
    }

    /** The segment with which a server that hears nothing goes on, or the lost one where the server has not spoken yet. */
    private static int before(int lost) {
        for (int i = lost; i > 0; i--) {
            if (LIFE.get(i).fromServer()) {
                return i;
            }
        }
        return lost;
    }

    private boolean comes(Segment segment) {
        ByteBuffer frame = ByteBuffer.allocateDirect(TcpFrames.BYTES);
        TcpFrames frames = segment.fromServer() ? toClient : toServer;
        frames.write(
                frame,
                segment.fromServer() ? serverPort : clientPort,
                segment.fromServer() ? translatedPort : serverPort,
                segment.flags(),
                segment.sequence(),
                segment.acknowledgement());
        frame.flip();
        (segment.fromServer() ? server : client).send(frame);
        return arrives(segment, segment.fromServer() ? client : server);
    }

    private boolean arrives(Segment segment, PacketSocket at) {
        MessageBatch in = new MessageBatch(1, 256);
        long deadline = System.nanoTime() + TRY_NANOS;
        while (System.nanoTime() - deadline < 0) {
            in.clear();
            if (at.receive(in) <= 0) {
                LockSupport.parkNanos(1_000_000);
            } else if (segment.is(in.payload(0))) {
                if (!segment.fromServer()) {
                    translatedPort = in.payload(0).getShort(in.payload(0).position() + SOURCE_PORT) & 0xffff;
                }
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
