// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import io.mirrorcarp.lab.net.LabHost;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * TCP connections from one host to another that open at a steady rate. Each sends a byte and awaits it back, again and again while it lives, and so tells when it is
 * cut off at any time.
 */
final class ConnectionRate implements AutoCloseable {
    private static final int PORT = 8007;
    private static final int BACKLOG = 500;
    private static final int USUAL_ROUNDS = 20;
    private static final int USUAL_ROUND_MILLIS = 100;
    /** TCP sends again after 1, 3 and 7 seconds. */
    private static final int PATIENCE_MILLIS = 8_000;

    private final LabHost client;
    private final InetSocketAddress server;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private final Map<Integer, String> lost = new ConcurrentSkipListMap<>();
    private final Future<?> opening;

    private final int rounds;
    private final int roundMillis;

    ConnectionRate(LabHost client, LabHost host, String address, int perSecond) {
        this(client, host, address, perSecond, USUAL_ROUNDS, USUAL_ROUND_MILLIS);
    }

    /**
     * With another life.
     *
     * @param rounds how often each connection says something
     * @param roundMillis how long it is silent in between
     */
    ConnectionRate(LabHost client, LabHost host, String address, int perSecond, int rounds, int roundMillis) {
        this.rounds = rounds;
        this.roundMillis = roundMillis;
        this.client = client;
        server = new InetSocketAddress(address, PORT);
        listener = host.call(() -> new ServerSocket(PORT, BACKLOG));
        threads.execute(this::serve);
        opening = clock.scheduleAtFixedRate(
                this::open, 0, TimeUnit.SECONDS.toMicros(1) / perSecond, TimeUnit.MICROSECONDS);
    }

    private void serve() {
        try {
            while (true) {
                Socket socket = listener.accept();
                threads.execute(() -> echo(socket));
            }
        } catch (SocketException closed) {
            // The end of the service.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException expected) {
            // The client tells.
        }
    }

    private void open() {
        int number = opened.getAndIncrement();
        SocketChannel channel = client.call(SocketChannel::open);
        threads.execute(() -> live(number, channel));
    }

    private void live(int number, SocketChannel channel) {
        int round = -1;
        try (Socket socket = channel.socket()) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(server, PATIENCE_MILLIS);
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            for (round = 0; round < rounds; round++) {
                out.write(round);
                if (in.read() != round) {
                    throw new IOException("the server closed it");
                }
                TimeUnit.MILLISECONDS.sleep(roundMillis);
            }
        } catch (IOException e) {
            lost.put(number, "in round " + round + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            finished.incrementAndGet();
        }
    }

    int opened() {
        return opened.get();
    }

    /** Opens no more. */
    void stop() {
        opening.cancel(false);
    }

    /** Whether every connection has ended, well or not. */
    boolean isDone() {
        return finished.get() == opened.get();
    }

    /** What became of those that were lost, by their numbers. */
    Map<Integer, String> lost() {
        return lost;
    }

    @Override
    public void close() {
        clock.shutdownNow();
        threads.shutdownNow();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
