// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;

/**
 * The control connection of FTP (RFC 959), which asks for a data connection each time. In active mode the client's PORT is longer once it is translated, so that sequence numbers
 * are adjusted from then on, and the server's connection is let in and translated by what the helper expects.
 */
final class FtpConversation implements Conversation {
    private static final int PORT = 21;
    private static final int LIMIT_MILLIS = (int) KindsBed.ANSWER_LIMIT.toMillis();

    private final KindsBed bed;
    private final boolean active;
    private final ServerSocket listener;
    private final Socket client;
    private final Socket server;
    private final BufferedReader atClient;
    private final BufferedReader atServer;

    private FtpConversation(KindsBed bed, boolean active, String serverAddress) throws Exception {
        this.bed = bed;
        this.active = active;
        listener = bed.server.call(() -> new ServerSocket(PORT, 1, InetAddress.getByName(serverAddress)));
        client = bed.client.call(SocketChannel::open).socket();
        client.connect(new InetSocketAddress(serverAddress, PORT), LIMIT_MILLIS);
        server = listener.accept();
        client.setSoTimeout(LIMIT_MILLIS);
        server.setSoTimeout(LIMIT_MILLIS);
        atClient = reader(client);
        atServer = reader(server);
        tell(server, atClient, "220 ready");
        // The helper learns from the end of a line where the next one begins.
        tell(client, atServer, "USER anonymous");
        tell(server, atClient, "230 welcome");
    }

    static Conversation open(KindsBed bed, boolean active, String serverAddress) throws Exception {
        FtpConversation conversation = new FtpConversation(bed, active, serverAddress);
        Optional<String> first = conversation.go();
        if (first.isPresent()) {
            conversation.close();
            throw new IOException("FTP before any failover: " + first.get());
        }
        return conversation;
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    @Override
    public Optional<String> go() {
        try {
            return active ? activeMode() : passiveMode();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private Optional<String> activeMode() throws IOException {
        try (ServerSocket data =
                bed.client.call(() -> new ServerSocket(0, 1, InetAddress.getByName(KindsBed.CLIENT)))) {
            int port = data.getLocalPort();
            String[] words = tell(client, atServer, "PORT 10,0,0,100," + (port >> 8) + "," + (port & 0xff))
                    .split("[ ,]", -1);
            tell(server, atClient, "200 as you like");
            String address = String.join(".", words[1], words[2], words[3], words[4]);
            if (!address.equals(KindsBed.VIRTUAL)) {
                return Optional.of("PORT was not translated: " + address);
            }
            int translated = Integer.parseInt(words[5]) << 8 | Integer.parseInt(words[6]);
            try (Socket from = bed.server.call(SocketChannel::open).socket()) {
                from.connect(new InetSocketAddress(address, translated), LIMIT_MILLIS);
                data.setSoTimeout(LIMIT_MILLIS);
                try (Socket to = data.accept()) {
                    return transfer(from, to);
                }
            }
        }
    }

    /** The data connection goes to a port that no rule knows; it is let through as related to this one. */
    private Optional<String> passiveMode() throws IOException {
        try (ServerSocket data = bed.server.call(FtpConversation::listenWhereOnlyHelpersLet)) {
            int port = data.getLocalPort();
            tell(client, atServer, "PASV");
            tell(server, atClient, "227 here (203,0,113,101," + (port >> 8) + "," + (port & 0xff) + ")");
            try (Socket from = bed.client.call(SocketChannel::open).socket()) {
                from.connect(new InetSocketAddress(KindsBed.SERVER_PASSIVE, port), LIMIT_MILLIS);
                data.setSoTimeout(LIMIT_MILLIS);
                try (Socket to = data.accept()) {
                    return transfer(from, to);
                }
            }
        }
    }

    private static ServerSocket listenWhereOnlyHelpersLet() throws IOException {
        int port = KindsRules.EXPECTED_FIRST + new Random().nextInt(KindsRules.EXPECTED_COUNT);
        return new ServerSocket(port, 1, InetAddress.getByName(KindsBed.SERVER_PASSIVE));
    }

    private static Optional<String> transfer(Socket from, Socket to) throws IOException {
        from.getOutputStream().write(7);
        to.setSoTimeout(LIMIT_MILLIS);
        return to.getInputStream().read() == 7 ? Optional.empty() : Optional.of("the data connection carries nothing");
    }

    private static String tell(Socket from, BufferedReader at, String line) throws IOException {
        from.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        String came = at.readLine();
        if (came == null) {
            throw new IOException("the control connection was closed");
        }
        return came;
    }

    @Override
    public void close() {
        try {
            client.close();
            server.close();
            listener.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
