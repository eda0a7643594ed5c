// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.Optional;

/** UDP from the client to the server; after the first exchange the server speaks first. */
final class UdpConversation implements Conversation {
    private static final int TRIES = 6;
    private static final int TRY_MILLIS = 1_000;

    private final DatagramSocket client;
    private final DatagramSocket server;
    private final SocketAddress translated;
    private final Turn turn;

    /** Who speaks each time. */
    enum Turn {
        BOTH,
        SERVER_ONLY,
        /** The client's port is closed, and its host answers the server with an ICMP error. */
        ERROR
    }

    private UdpConversation(DatagramSocket client, DatagramSocket server, SocketAddress translated, Turn turn) {
        this.client = client;
        this.server = server;
        this.translated = translated;
        this.turn = turn;
    }

    static UdpConversation open(KindsBed bed, String address, int port, Turn turn) throws Exception {
        InetAddress destination = InetAddress.getByName(address);
        DatagramSocket server = bed.server.call(() -> new DatagramSocket(port, destination));
        DatagramSocket client = bed.client.call(() -> new DatagramSocket());
        client.connect(new InetSocketAddress(destination, port));
        send(client, null);
        DatagramPacket first = receive(server);
        UdpConversation conversation = new UdpConversation(client, server, first.getSocketAddress(), turn);
        send(server, first.getSocketAddress());
        receive(client);
        if (turn == Turn.ERROR) {
            client.close();
            server.connect(first.getSocketAddress());
        }
        return conversation;
    }

    @Override
    public Optional<String> go() {
        String why = "";
        for (int i = 0; i < TRIES; i++) {
            try {
                send(server, translated);
                if (turn == Turn.ERROR) {
                    receive(server);
                    return Optional.of("an answer of a closed port");
                }
                receive(client);
                if (turn == Turn.BOTH) {
                    send(client, null);
                    receive(server);
                }
                return Optional.empty();
            } catch (PortUnreachableException e) {
                return turn == Turn.ERROR ? Optional.empty() : Optional.of("port unreachable");
            } catch (IOException e) {
                why = e instanceof SocketTimeoutException ? "nothing came" : String.valueOf(e.getMessage());
            }
        }
        return Optional.of(why);
    }

    private static void send(DatagramSocket from, SocketAddress to) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[] {1, 2, 3}, 3);
        if (to != null) {
            packet.setSocketAddress(to);
        }
        from.send(packet);
    }

    private static DatagramPacket receive(DatagramSocket at) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        at.setSoTimeout(TRY_MILLIS);
        at.receive(packet);
        return packet;
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
