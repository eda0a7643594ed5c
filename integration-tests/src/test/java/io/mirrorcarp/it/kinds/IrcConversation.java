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
 * The connection with a server of IRC, over which the client offers a file each time (DCC SEND). Its address is longer once it is translated, so that sequence numbers are adjusted from
 * then on; whoever takes the offer connects to the translated address, where the helper expects him.
 */
final class IrcConversation implements Conversation {
    private static final int PORT = 6667;
    private static final int LIMIT_MILLIS = (int) KindsBed.ANSWER_LIMIT.toMillis();
    /** 10.0.0.100 and 203.0.113.1, as DCC has them. */
    private static final long CLIENT = 167_772_260L;

    private static final long TRANSLATED = 3_405_803_777L;

    private final KindsBed bed;
    private final ServerSocket listener;
    private final Socket client;
    private final Socket server;
    private final BufferedReader atServer;

    private IrcConversation(KindsBed bed) throws Exception {
        this.bed = bed;
        listener = bed.server.call(() -> new ServerSocket(PORT, 1, InetAddress.getByName(KindsBed.SERVER)));
        client = bed.client.call(SocketChannel::open).socket();
        client.connect(new InetSocketAddress(KindsBed.SERVER, PORT), LIMIT_MILLIS);
        server = listener.accept();
        server.setSoTimeout(LIMIT_MILLIS);
        atServer = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.US_ASCII));
    }

    static Conversation open(KindsBed bed) throws Exception {
        return Conversation.begun("IRC", new IrcConversation(bed));
    }

    @Override
    public Optional<String> go() {
        try (ServerSocket data =
                bed.client.call(() -> new ServerSocket(0, 1, InetAddress.getByName(KindsBed.CLIENT)))) {
            String line = "PRIVMSG friend :\1DCC SEND file " + CLIENT + " " + data.getLocalPort() + "\1\n";
            client.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
            String came = atServer.readLine();
            if (came == null) {
                return Optional.of("the connection was closed");
            }
            String[] words = came.replace("\1", "").split(" ", -1);
            if (Long.parseLong(words[5]) != TRANSLATED) {
                return Optional.of("the offer was not translated: " + words[5]);
            }
            InetSocketAddress offered = new InetSocketAddress(KindsBed.VIRTUAL, Integer.parseInt(words[6]));
            return DataConnection.carry(bed.server, offered, data, false);
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
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
