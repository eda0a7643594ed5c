// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/** Numbered datagrams that a client sends by several connections in turn, one each millisecond, and a server sends back. None is repeated. */
final class NumberedEchoes implements AutoCloseable {
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int POLL_MILLIS = 200;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final DatagramSocket server;
    private final List<DatagramSocket> clients = new ArrayList<>();
    private final InetSocketAddress dialled;
    /** The numbers that came back. */
    private final BitSet back = new BitSet();

    private volatile boolean sending = true;
    private volatile int sent;
    private final Thread sender;

    /**
     * Begins, once each connection has had an answer.
     *
     * @param dialled by which the client knows the server
     * @param own the server's own address; its port is that of {@code dialled}
     */
    NumberedEchoes(LabHost client, InetSocketAddress dialled, LabHost server, String own, int connections)
            throws IOException {
        this.dialled = dialled;
        this.server = server.call(() -> new DatagramSocket(dialled.getPort(), InetAddress.getByName(own)));
        this.server.setReceiveBufferSize(BUFFER_BYTES);
        daemon("echo", this::echo);
        for (int i = 0; i < connections; i++) {
            DatagramSocket socket = client.call(() -> new DatagramSocket());
            socket.setSoTimeout(POLL_MILLIS);
            clients.add(socket);
            Awaitility.await("the first answer").atMost(LIMIT).until(() -> isAnswered(socket));
            daemon("echoes-in", () -> receive(socket));
        }
        sender = daemon("echoes-out", this::send);
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private boolean isAnswered(DatagramSocket socket) throws IOException {
        socket.send(new DatagramPacket(number(-1), Integer.BYTES, dialled));
        try {
            socket.receive(new DatagramPacket(new byte[Integer.BYTES], Integer.BYTES));
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }

    private void send() {
        long nextNanos = System.nanoTime();
        for (int number = 0; sending; number++) {
            try {
                clients.get(number % clients.size()).send(new DatagramPacket(number(number), Integer.BYTES, dialled));
            } catch (IOException e) {
                throw new LabException("send datagram " + number + ": " + e.getMessage(), e);
            }
            sent = number + 1;
            nextNanos += INTERVAL_NANOS;
            LockSupport.parkNanos(nextNanos - System.nanoTime());
        }
    }

    private void echo() {
        DatagramPacket packet = new DatagramPacket(new byte[Integer.BYTES], Integer.BYTES);
        while (!server.isClosed()) {
            try {
                server.receive(packet);
                server.send(packet);
            } catch (IOException e) {
                // Closed, or a message that an earlier one was not wanted.
            }
        }
    }

    private void receive(DatagramSocket socket) {
        byte[] bytes = new byte[Integer.BYTES];
        while (!socket.isClosed()) {
            try {
                socket.receive(new DatagramPacket(bytes, bytes.length));
                int number = ByteBuffer.wrap(bytes).getInt();
                if (number >= 0) {
                    synchronized (back) {
                        back.set(number);
                    }
                }
            } catch (IOException e) {
                // None for a while, or closed.
            }
        }
    }

    /** How many were sent. */
    int sent() {
        return sent;
    }

    /** Waits until so many more were sent. */
    void awaitMore(int more) {
        int wanted = sent + more;
        Awaitility.await("datagrams").atMost(LIMIT).until(() -> sent >= wanted);
    }

    /** Sends no more, waits a while for what is on the way, and gives the numbers that never came back. */
    List<Integer> lost() throws InterruptedException {
        sending = false;
        sender.join();
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        while (missing().size() > 0 && System.nanoTime() < untilNanos) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return missing();
    }

    private List<Integer> missing() {
        synchronized (back) {
            List<Integer> missing = new ArrayList<>();
            for (int i = back.nextClearBit(0); i < sent; i = back.nextClearBit(i + 1)) {
                missing.add(i);
            }
            return missing;
        }
    }

    @Override
    public void close() {
        sending = false;
        server.close();
        clients.forEach(DatagramSocket::close);
    }
}
