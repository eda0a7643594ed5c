// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track.kind;

import io.mirrorcarp.daemon.config.CheckHost;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A name server must answer for a name, whether it has an address or not (RFC 1035, section 4.1: header and question). One that answers with an error, such as that there is no such
 * name, fails.
 */
final class DnsCheck implements Check {
    static final int PORT = 53;
    private static final int HEADER = 12;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int RESPONSE = 0x8000;
    private static final int ERROR = 0x000f;
    private static final int NAME_ERROR = 3;
    private static final int TYPE_A = 1;
    private static final int CLASS_IN = 1;

    private final CheckHost server;
    private final int port;
    private final String query;

    /** @param query a host name, of labels of at most 63 letters; {@code "."} for the root */
    DnsCheck(CheckHost server, int port, String query) {
        this.server = server;
        this.port = port;
        this.query = query;
    }

    @Override
    public String failure(Duration timeout) {
        String text = server.text();
        short id = (short) ThreadLocalRandom.current().nextInt();
        try (DatagramSocket socket = new DatagramSocket()) {
            // Connected: the kernel passes on nothing from anybody else.
            socket.connect(new InetSocketAddress(ScopedAddress.of(server), port));
            byte[] question = question(id);
            socket.send(new DatagramPacket(question, question.length));
            int error = awaitAnswer(socket, id, System.nanoTime() + timeout.toNanos());
            return switch (error) {
                case 0 -> "";
                case NAME_ERROR -> text + " knows no name " + query;
                default -> text + " answers with error " + error + name(error);
            };
        } catch (SocketTimeoutException e) {
            return "no answer from " + text + " in " + timeout.toMillis() + " ms";
        } catch (IOException e) {
            return text + ": " + e.getMessage();
        }
    }

    /** As RFC 1035, section 4.1.1, and the tools of name servers have it. */
    private static String name(int error) {
        return switch (error) {
            case 1 -> " (FORMERR)";
            case 2 -> " (SERVFAIL)";
            case 4 -> " (NOTIMP)";
            case 5 -> " (REFUSED)";
            default -> "";
        };
    }

    private byte[] question(short id) {
        ByteBuffer question = ByteBuffer.allocate(HEADER + 2 * query.length() + 64);
        question.putShort(id).putShort((short) RECURSION_DESIRED);
        question.putShort((short) 1).putShort((short) 0).putInt(0);
        for (String label : query.split("\\.", -1)) {
            if (!label.isEmpty()) {
                byte[] bytes = label.getBytes(StandardCharsets.US_ASCII);
                question.put((byte) bytes.length).put(bytes);
            }
        }
        question.put((byte) 0).putShort((short) TYPE_A).putShort((short) CLASS_IN);
        byte[] bytes = new byte[question.position()];
        question.flip().get(bytes);
        return bytes;
    }

    /** The error of the answer to that question, 0 for none. */
    private static int awaitAnswer(DatagramSocket socket, short id, long deadlineNanos) throws IOException {
        DatagramPacket answer = new DatagramPacket(new byte[512], 512);
        while (true) {
            long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                throw new SocketTimeoutException();
            }
            socket.setSoTimeout((int) leftMillis);
            socket.receive(answer);
            ByteBuffer header = ByteBuffer.wrap(answer.getData(), 0, answer.getLength());
            if (answer.getLength() >= HEADER && header.getShort(0) == id && (header.getShort(2) & RESPONSE) != 0) {
                return header.getShort(2) & ERROR;
            }
        }
    }
}
