// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.traffic;

import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Datagrams from a server to a client that asked for them once, and is silent then. */
public final class DatagramStream implements AutoCloseable {
    /** Between two datagrams. */
    public static final Duration INTERVAL = Duration.ofMillis(20);

    private static final int FIRST_MILLIS = 5_000;
    private static final int POLL_MILLIS = 100;

    private final DatagramSocket client;
    private final DatagramSocket server;
    private final SocketAddress translated;
    private final AtomicLong received = new AtomicLong();
    private volatile long lastNanos = System.nanoTime();
    private volatile long longestGapNanos;

    private DatagramStream(DatagramSocket client, DatagramSocket server, SocketAddress translated) {
        this.client = client;
        this.server = server;
        this.translated = translated;
        start("datagrams-out", this::send);
        start("datagrams-in", this::receive);
    }

    /** The client asks from a port of its own; the server answers to where that came from. */
    public static DatagramStream open(LabHost client, LabHost server, String address) {
        try {
            DatagramSocket there = server.call(() -> new DatagramSocket(0, InetAddress.getByName(address)));
            DatagramSocket here = client.call(() -> new DatagramSocket());
            here.send(new DatagramPacket(new byte[1], 1, new InetSocketAddress(address, there.getLocalPort())));
            DatagramPacket first = new DatagramPacket(new byte[1], 1);
            there.setSoTimeout(FIRST_MILLIS);
            there.receive(first);
            here.setSoTimeout(POLL_MILLIS);
            return new DatagramStream(here, there, first.getSocketAddress());
        } catch (IOException e) {
            throw new LabException("no datagram came from " + client.name() + ": " + e.getMessage(), e);
        }
    }

    /** How many came. */
    public long received() {
        return received.get();
    }

    /** The longest time between two that came. */
    public double longestGapSeconds() {
        return longestGapNanos / 1e9;
    }

    /** Waits for one that comes from now on; false where none does in time. */
    public boolean awaitNext(Duration limit) {
        long before = received.get();
        long deadline = System.nanoTime() + limit.toNanos();
        while (received.get() == before && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(INTERVAL.toNanos());
        }
        return received.get() > before;
    }

    private void send() {
        while (!server.isClosed()) {
            try {
                server.send(new DatagramPacket(new byte[1], 1, translated));
            } catch (IOException e) {
                // The way is gone for a moment, or the socket is closed.
            }
            LockSupport.parkNanos(INTERVAL.toNanos());
        }
    }

    private void receive() {
        DatagramPacket packet = new DatagramPacket(new byte[1], 1);
        while (!client.isClosed()) {
            try {
                client.receive(packet);
                note(System.nanoTime());
            } catch (SocketTimeoutException expected) {
                // None came for a moment.
            } catch (IOException e) {
                return;
            }
        }
    }

    /** Called by the receiving thread only. */
    private void note(long nowNanos) {
        longestGapNanos = received.get() == 0 ? 0 : Math.max(longestGapNanos, nowNanos - lastNanos);
        lastNanos = nowNanos;
        received.incrementAndGet();
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        server.close();
        client.close();
    }
}
