// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.traffic;

import io.mirrorcarp.lab.net.LabHost;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP server on a host of the lab. A client sends the seed (8 bytes), the bytes in a chunk, the number of chunks and the interval in
 * microseconds (4 bytes each, big endian) and gets the stream. After one byte more, the rest comes as fast as it goes.
 */
public final class DownloadServer implements AutoCloseable {
    private static final int BACKLOG = 512;

    private final ServerSocket listener;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Set<InetAddress> clients = ConcurrentHashMap.newKeySet();

    /** Listens on a host's address, on any free port. */
    public DownloadServer(LabHost host, String address) {
        this.listener = host.call(() -> new ServerSocket(0, BACKLOG, InetAddress.getByName(address)));
        daemon("download-accept", this::accept);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** The addresses that connections came from: with source NAT, not the client's own. */
    public Set<InetAddress> clients() {
        return Set.copyOf(clients);
    }

    /** Why connections died on this side, such as "Connection reset" for one that a router has reset. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    private void accept() {
        try {
            while (true) {
                // An accepted socket is in the namespace of the listening one.
                Socket socket = listener.accept();
                connections.add(socket);
                clients.add(socket.getInetAddress());
                daemon("download-send", () -> serve(socket));
            }
        } catch (SocketException closed) {
            // The end of the server.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DownloadPlan plan =
                    new DownloadPlan(in.readLong(), in.readInt(), in.readInt(), Duration.ofNanos(in.readInt() * 1000L));
            send(plan, in, new BufferedOutputStream(socket.getOutputStream(), plan.chunkBytes()));
            // A socket that is closed with a byte unread resets the connection, and what is on the way is lost.
            socket.shutdownOutput();
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            failures.add(String.valueOf(e.getMessage()));
        } finally {
            connections.remove(socket);
        }
    }

    private static void send(DownloadPlan plan, InputStream in, OutputStream out) throws IOException {
        Random random = new Random(plan.seed());
        byte[] chunk = new byte[plan.chunkBytes()];
        long start = System.nanoTime();
        boolean hurry = false;
        for (int i = 0; i < plan.chunks(); i++) {
            long due = start + i * plan.interval().toNanos();
            hurry = hurry || in.available() > 0;
            for (long left = due - System.nanoTime(); left > 0 && !hurry; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            random.nextBytes(chunk);
            out.write(chunk);
            out.flush();
        }
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Stops listening and drops every connection, so that none keeps its namespace alive. */
    @Override
    public void close() {
        try {
            listener.close();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
