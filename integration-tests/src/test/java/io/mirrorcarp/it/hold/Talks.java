// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.hold;

import io.mirrorcarp.lab.net.LabHost;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.util.List;

/** Conversations of a client with a server, each a new connection, and what answers them. None repeats anything within the time that it waits. */
final class Talks implements Closeable {
    /** Shorter than the first repetition of a SYN, a segment or a question. */
    private static final int PATIENCE_MILLIS = 190;

    private static final int CLIENT_FIRST = 7001;
    private static final int SERVER_FIRST = 7002;
    private static final int INWARDS = AsymmetricPair.INWARDS_PORT;
    private static final int BACKLOG = 64;
    private static final int UDP = 7003;

    private final LabHost client;
    private final String address;
    private final List<Closeable> answering;

    private Talks(LabHost client, String address, List<Closeable> answering) {
        this.client = client;
        this.address = address;
        this.answering = answering;
    }

    /**
     * Lets the server answer.
     *
     * @param address by which the client knows it
     * @param own the server's own address
     */
    static Talks of(LabHost client, String address, LabHost server, String own) throws IOException {
        InetAddress at = InetAddress.getByName(own);
        List<Closeable> answering = server.call(() -> List.of(
                new Listener(new ServerSocket(CLIENT_FIRST, BACKLOG, at), false),
                new Listener(new ServerSocket(INWARDS, BACKLOG, at), false),
                new Listener(new ServerSocket(SERVER_FIRST, BACKLOG, at), true),
                new Echo(new DatagramSocket(UDP, at))));
        return new Talks(client, address, answering);
    }

    /** Connects, which takes one packet there and one back. */
    long tcpConnect() throws IOException {
        try (Socket socket = client.call(SocketChannel::open).socket()) {
            socket.setSoLinger(true, 0);
            long begunNanos = System.nanoTime();
            socket.connect(new InetSocketAddress(address, CLIENT_FIRST), PATIENCE_MILLIS);
            return System.nanoTime() - begunNanos;
        } catch (SocketTimeoutException e) {
            return -1;
        }
    }

    /** Connects, says a byte, and gets it back. */
    long tcpClientFirst() throws IOException {
        return tcp(CLIENT_FIRST, true);
    }

    /** The same by the port whose destination the firewalls translate. */
    long tcpInwards() throws IOException {
        return tcp(INWARDS, true);
    }

    /** Connects, and is greeted. */
    long tcpServerFirst() throws IOException {
        return tcp(SERVER_FIRST, false);
    }

    private long tcp(int port, boolean speaks) throws IOException {
        try (Socket socket = client.call(SocketChannel::open).socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            // A reset: so many connections would leave as many ports in TIME_WAIT.
            socket.setSoLinger(true, 0);
            long begunNanos = System.nanoTime();
            socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
            if (speaks) {
                socket.getOutputStream().write(1);
            }
            return socket.getInputStream().read() == 1 ? System.nanoTime() - begunNanos : -1;
        } catch (SocketTimeoutException e) {
            return -1;
        }
    }

    /** Asks once, and gets an answer. */
    long udp() throws IOException {
        try (DatagramSocket socket = client.call(DatagramSocket::new)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            byte[] word = {1};
            long begunNanos = System.nanoTime();
            socket.send(new DatagramPacket(word, 1, new InetSocketAddress(address, UDP)));
            socket.receive(new DatagramPacket(word, 1));
            return System.nanoTime() - begunNanos;
        } catch (SocketTimeoutException e) {
            return -1;
        }
    }

    /** One ping, with an identifier of its own. */
    long icmp() {
        String out = client.run("ping", "-n", "-c", "1", "-W", "1", address).out();
        int time = out.indexOf("time=");
        return time < 0 ? -1 : (long) (Double.parseDouble(out.substring(time + 5, out.indexOf(' ', time))) * 1e6);
    }

    @Override
    public void close() throws IOException {
        for (Closeable one : answering) {
            one.close();
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "answers");
        thread.setDaemon(true);
        thread.start();
    }

    /** Accepts, greets or echoes one byte, and leaves the end to the client. */
    private record Listener(ServerSocket socket, boolean greets) implements Closeable {
        Listener {
            daemon(() -> accept(socket, greets));
        }

        private static void accept(ServerSocket listener, boolean greets) {
            try {
                while (true) {
                    Socket accepted = listener.accept();
                    daemon(() -> serve(accepted, greets));
                }
            } catch (IOException e) {
                // It was closed.
                return;
            }
        }

        private static void serve(Socket accepted, boolean greets) {
            try (accepted) {
                accepted.setTcpNoDelay(true);
                int word = greets ? 1 : accepted.getInputStream().read();
                accepted.getOutputStream().write(word);
                accepted.getInputStream().read();
            } catch (IOException e) {
                // The client reset it, as it does at the end.
                return;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private record Echo(DatagramSocket socket) implements Closeable {
        Echo {
            daemon(() -> answer(socket));
        }

        private static void answer(DatagramSocket socket) {
            DatagramPacket packet = new DatagramPacket(new byte[16], 16);
            try {
                while (true) {
                    socket.receive(packet);
                    socket.send(packet);
                }
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
