// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Amanda, a backup program: the answer to a datagram names a TCP port to connect to, which no rule knows. */
final class AmandaConversation implements Conversation {
    private static final int PORT = 10_080;
    private static final int TRIES = 3;

    private final KindsBed bed;
    private final DatagramSocket client;
    private final DatagramSocket server;

    private AmandaConversation(KindsBed bed) throws Exception {
        this.bed = bed;
        server = bed.server.call(() -> new DatagramSocket(PORT, InetAddress.getByName(KindsBed.SERVER)));
        client = bed.client.call(() -> new DatagramSocket());
        client.setSoTimeout(1_500);
        server.setSoTimeout(1_500);
    }

    static Conversation open(KindsBed bed) throws Exception {
        return Conversation.begun("Amanda", new AmandaConversation(bed));
    }

    @Override
    public Optional<String> go() {
        String why = "";
        for (int i = 0; i < TRIES; i++) {
            try (ServerSocket data = DataConnection.listenWhereOnlyHelpersLet(bed.server, KindsBed.SERVER)) {
                InetSocketAddress told = new InetSocketAddress(KindsBed.SERVER, announced(data.getLocalPort()));
                return DataConnection.carry(bed.client, told, data, false);
            } catch (IOException e) {
                why = String.valueOf(e.getMessage());
            }
        }
        return Optional.of(why);
    }

    /** The port that the client is told, which the helper may have changed. */
    private int announced(int port) throws IOException {
        byte[] request = "Amanda 2.4 REQ".getBytes(StandardCharsets.US_ASCII);
        DatagramPacket asked = new DatagramPacket(request, request.length);
        asked.setSocketAddress(new InetSocketAddress(KindsBed.SERVER, PORT));
        client.send(asked);
        DatagramPacket came = new DatagramPacket(new byte[100], 100);
        server.receive(came);
        byte[] answer = ("Amanda 2.4 REP\nCONNECT DATA " + port + "\n").getBytes(StandardCharsets.US_ASCII);
        DatagramPacket told = new DatagramPacket(answer, answer.length);
        told.setSocketAddress(came.getSocketAddress());
        server.send(told);
        DatagramPacket heard = new DatagramPacket(new byte[100], 100);
        client.receive(heard);
        String text = new String(heard.getData(), 0, heard.getLength(), StandardCharsets.US_ASCII);
        return Integer.parseInt(text.replaceFirst("(?s).*DATA (\\d+).*", "$1"));
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
