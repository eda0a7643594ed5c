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

/**
 * The control connection of FTP (RFC 959), which asks for a data connection each time. In active mode the client's PORT is longer once it is translated, so that sequence numbers
 * are adjusted from then on, and the server's connection is let in and translated by what the helper expects.
 */
final class FtpConversation implements Conversation {
    private static final int PORT = 21;
    private static final int LIMIT_MILLIS = (int) KindsBed.ANSWER_LIMIT.toMillis();

    private final KindsBed bed;
    private final Mode mode;
    private final String address;
    private final ServerSocket listener;
    private final Socket client;
    private final Socket server;
    private final BufferedReader atClient;
    private final BufferedReader atServer;
    /** Where the server waits for the data connection of which it has told the client. */
    private ServerSocket announced;

    /** How a data connection comes about. */
    enum Mode {
        ACTIVE,
        PASSIVE,
        /** The client asks before the addresses move, and connects after it. */
        PASSIVE_LATER
    }

    private FtpConversation(KindsBed bed, Mode mode, String serverAddress) throws Exception {
        this.bed = bed;
        this.mode = mode;
        address = serverAddress;
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

    static Conversation open(KindsBed bed, Mode mode, String serverAddress) throws Exception {
        FtpConversation conversation = new FtpConversation(bed, mode, serverAddress);
        if (mode == Mode.PASSIVE_LATER) {
            conversation.announce();
        }
        return Conversation.begun("FTP", conversation);
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    @Override
    public Optional<String> go() {
        try {
            return switch (mode) {
                case ACTIVE -> activeMode();
                case PASSIVE -> {
                    announce();
                    yield connectToAnnounced();
                }
                case PASSIVE_LATER -> {
                    Optional<String> why = connectToAnnounced();
                    announce();
                    yield why;
                }
            };
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private boolean isIpv6() {
        return address.contains(":");
    }

    private Optional<String> activeMode() throws IOException {
        String own = isIpv6() ? KindsBed.CLIENT6 : KindsBed.CLIENT;
        try (ServerSocket data = bed.client.call(() -> new ServerSocket(0, 1, InetAddress.getByName(own)))) {
            int port = data.getLocalPort();
            String said = isIpv6()
                    ? "EPRT |2|" + own + "|" + port + "|"
                    : "PORT " + own.replace('.', ',') + "," + (port >> 8) + "," + (port & 0xff);
            InetSocketAddress translated = where(tell(client, atServer, said));
            tell(server, atClient, "200 as you like");
            if (!translated
                    .getAddress()
                    .equals(InetAddress.getByName(isIpv6() ? KindsBed.VIRTUAL6 : KindsBed.VIRTUAL))) {
                return Optional.of("the client's address was not translated: " + translated);
            }
            return DataConnection.carry(bed.server, translated, data, true);
        }
    }

    /** The address of PORT, or of EPRT (RFC 2428). */
    private static InetSocketAddress where(String line) {
        if (line.startsWith("EPRT")) {
            String[] parts = line.split("\\|", -1);
            return new InetSocketAddress(parts[2], Integer.parseInt(parts[3]));
        }
        String[] words = line.split("[ ,]", -1);
        String host = String.join(".", words[1], words[2], words[3], words[4]);
        return new InetSocketAddress(host, Integer.parseInt(words[5]) << 8 | Integer.parseInt(words[6]));
    }

    /** The data connection goes to a port that no rule knows; it is let through as related to this one. */
    private void announce() throws IOException {
        announced = DataConnection.listenWhereOnlyHelpersLet(bed.server, address);
        int port = announced.getLocalPort();
        tell(client, atServer, isIpv6() ? "EPSV" : "PASV");
        tell(
                server,
                atClient,
                isIpv6()
                        ? "229 (|||" + port + "|)"
                        : "227 (" + address.replace('.', ',') + "," + (port >> 8) + "," + (port & 0xff) + ")");
    }

    private Optional<String> connectToAnnounced() throws IOException {
        try (ServerSocket data = announced) {
            return DataConnection.carry(bed.client, new InetSocketAddress(address, data.getLocalPort()), data, true);
        }
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
