// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.hold;

import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.LabException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/** Numbered datagrams to the server, one each millisecond, from several addresses of the client in turn: an even one has another slot than an odd one. How often each came is counted at the server. */
final class CountedDatagrams implements AutoCloseable {
    private static final int PORT = 9900;
    private static final int CLIENTS = 8;
    private static final int MOST = 1_000_000;
    private static final int BUFFER_BYTES = 1 << 22;
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final List<DatagramSocket> clients = new ArrayList<>();
    private final DatagramSocket server;
    private final AtomicIntegerArray came = new AtomicIntegerArray(MOST);
    private volatile boolean sending = true;
    private volatile int sent;

    CountedDatagrams(Topology topology) throws IOException {
        server = topology.server().call(() -> new DatagramSocket(PORT, InetAddress.getByName(Topology.SERVER)));
        server.setReceiveBufferSize(BUFFER_BYTES);
        for (int i = 0; i < CLIENTS; i++) {
            String own = "10.0.0." + (130 + i);
            topology.client().address("eth0", own + "/24");
            clients.add(topology.client().call(() -> new DatagramSocket(0, InetAddress.getByName(own))));
        }
        begin("datagrams-in", this::receive);
        begin("datagrams-out", this::send);
    }

    private static void begin(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void send() {
        InetSocketAddress to = new InetSocketAddress(Topology.SERVER, PORT);
        long nextNanos = System.nanoTime();
        for (int next = 0; sending && next < MOST; next++) {
            byte[] number = ByteBuffer.allocate(Integer.BYTES).putInt(next).array();
            try {
                clients.get(next % CLIENTS).send(new DatagramPacket(number, number.length, to));
            } catch (IOException e) {
                throw new LabException("send datagram " + next + ": " + e.getMessage(), e);
            }
            sent = next + 1;
            nextNanos = Math.max(nextNanos + INTERVAL_NANOS, System.nanoTime() - INTERVAL_NANOS);
            LockSupport.parkNanos(nextNanos - System.nanoTime());
        }
    }

    private void receive() {
        byte[] bytes = new byte[Integer.BYTES];
        while (!server.isClosed()) {
            try {
                server.receive(new DatagramPacket(bytes, bytes.length));
                came.incrementAndGet(ByteBuffer.wrap(bytes).getInt());
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    /** The number that is sent next. */
    int next() {
        return sent;
    }

    /** Waits until so many more were sent, and gives the number that is sent next. */
    int more(int count) {
        int wanted = sent + count;
        Awaitility.await("datagrams")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> sent >= wanted);
        return sent;
    }

    /** Those of a range that have not come exactly once, each with how often it has; waits a while for what is on the way. */
    List<String> notOnce(int from, int to) {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (System.nanoTime() - untilNanos < 0 && !found(from, to).isEmpty()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return found(from, to);
    }

    private List<String> found(int from, int to) {
        List<String> found = new ArrayList<>();
        for (int number = from; number < to; number++) {
            if (came.get(number) != 1) {
                found.add(number + ": " + came.get(number) + " times");
            }
        }
        return found;
    }

    @Override
    public void close() {
        sending = false;
        server.close();
        clients.forEach(DatagramSocket::close);
    }
}
