// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.firewall;

import io.mirrorcarp.lab.net.LabHost;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/** A TCP session with port 22 of a router, which answers each byte with the same one. */
final class SshSession implements AutoCloseable {
    private static final int PORT = 22;
    private static final int CONNECT_LIMIT_MILLIS = 3000;

    /** TCP sends a byte that got no answer again after 0.2, 0.6 and 1.5 s. */
    private static final int ANSWER_LIMIT_MILLIS = 2000;

    private final Socket socket;

    private SshSession(Socket socket) {
        this.socket = socket;
    }

    /** Starts what listens, until the host goes. */
    static ServerSocket listen(LabHost router) {
        ServerSocket listener = router.call(() -> new ServerSocket(PORT));
        daemon(() -> {
            while (true) {
                Socket accepted = listener.accept();
                daemon(() -> echo(accepted));
            }
        });
        return listener;
    }

    private static void echo(Socket accepted) throws IOException {
        try (accepted) {
            InputStream in = accepted.getInputStream();
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                accepted.getOutputStream().write(octet);
            }
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException expected) {
                        // The end of the session or of the listener.
                    }
                },
                "ssh-echo");
        thread.setDaemon(true);
        thread.start();
    }

    /** Opens a session from a host. */
    static SshSession open(LabHost from, String address) {
        return new SshSession(from.call(() -> {
            Socket socket = new Socket();
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(ANSWER_LIMIT_MILLIS);
            socket.connect(new InetSocketAddress(address, PORT), CONNECT_LIMIT_MILLIS);
            return socket;
        }));
    }

    /** True when a byte comes back in time. */
    boolean answers() throws IOException {
        socket.getOutputStream().write('x');
        try {
            return socket.getInputStream().read() == 'x';
        } catch (SocketTimeoutException | SocketException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
