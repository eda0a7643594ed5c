// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** TFTP (RFC 1350): the server answers each request from a port that nobody has seen before. */
final class TftpConversation implements Conversation {
    private static final int PORT = 69;
    private static final int TRIES = 3;
    private static final byte[] REQUEST = "\0\1file\0octet\0".getBytes(StandardCharsets.US_ASCII);

    private final KindsBed bed;
    private final String address;
    private final DatagramSocket client;
    private final DatagramSocket server;

    private TftpConversation(KindsBed bed, String address) throws Exception {
        this.bed = bed;
        this.address = address;
        server = bed.server.call(() -> new DatagramSocket(PORT, InetAddress.getByName(address)));
        client = bed.client.call(() -> new DatagramSocket());
        client.setSoTimeout(1_500);
        server.setSoTimeout(1_500);
    }

    static Conversation open(KindsBed bed, String serverAddress) throws Exception {
        return Conversation.begun("TFTP", new TftpConversation(bed, serverAddress));
    }

    @Override
    public Optional<String> go() {
        String why = "";
        for (int i = 0; i < TRIES; i++) {
            try {
                request();
                return Optional.empty();
            } catch (IOException e) {
                why = String.valueOf(e.getMessage());
            }
        }
        return Optional.of(why);
    }

    private void request() throws IOException {
        DatagramPacket packet = new DatagramPacket(REQUEST, REQUEST.length);
        packet.setSocketAddress(new InetSocketAddress(address, PORT));
        client.send(packet);
        DatagramPacket came = new DatagramPacket(new byte[100], 100);
        server.receive(came);
        try (DatagramSocket data = bed.server.call(() -> new DatagramSocket(0, InetAddress.getByName(address)))) {
            DatagramPacket block = new DatagramPacket(new byte[] {0, 3, 0, 1, 9}, 5);
            block.setSocketAddress(came.getSocketAddress());
            data.send(block);
            client.receive(new DatagramPacket(new byte[100], 100));
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
