// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mirrorcarp.lab.net.LabHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import org.awaitility.Awaitility;

/** A TCP service that tells the name of its host: who asks a virtual address learns which host has it. */
final class Greeter implements AutoCloseable {
    private static final int PORT = 8000;
    private static final int BACKLOG = 50;
    private static final int PATIENCE_MILLIS = 1_000;

    private final String name;
    private final ServerSocket listener;

    /** Listens on one address of a host, or on all for "0.0.0.0". */
    Greeter(LabHost host, String address) {
        name = host.name();
        listener = host.call(() -> new ServerSocket(PORT, BACKLOG, InetAddress.getByName(address)));
        Thread thread = new Thread(this::greet, "greeter-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void greet() {
        try {
            while (true) {
                try (Socket socket = listener.accept()) {
                    socket.getOutputStream().write(name.getBytes(UTF_8));
                }
            }
        } catch (SocketException closed) {
            // The end of the service.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The name of the host that answers, or why none does. */
    static String ask(LabHost from, String address) {
        return from.call(() -> {
            try (Socket socket = new Socket()) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.connect(new InetSocketAddress(InetAddress.getByName(address), PORT), PATIENCE_MILLIS);
                return new String(socket.getInputStream().readAllBytes(), UTF_8);
            } catch (IOException e) {
                return e.toString();
            }
        });
    }

    /** Waits until a host of that name answers. */
    static void await(LabHost from, String address, String name) {
        Awaitility.await("answer to " + from.name() + " from " + address)
                .atMost(Limits.ROLE)
                .pollDelay(java.time.Duration.ZERO)
                .pollInterval(Limits.POLL)
                .until(() -> ask(from, address), name::equals);
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
