// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Ports of this machine's loopback device behind which the web pages of firewalls in the lab answer, as long as this process lives. */
final class WebWindows implements AutoCloseable {
    /** Where carpd serves them, within each namespace. */
    static final String INSIDE = "127.0.0.1:8112";

    private static final String USER = "lab";
    private static final int INSIDE_PORT = 8112;
    private static final int CONNECT_MILLIS = 2_000;
    private static final int BUFFER_BYTES = 16_384;

    private final List<ServerSocket> sockets = new ArrayList<>();
    private final StringBuilder words = new StringBuilder();

    private WebWindows() {}

    /** Lets one user operate the pages of a firewall that is not started yet. */
    private static void addUser(Firewall firewall, String password) {
        firewall.host()
                .run(
                        "sh",
                        "-c",
                        "echo " + password + " | " + Checkout.home().resolve("bin/carpctl") + " web user add " + USER
                                + " --password-stdin --file "
                                + firewall.host().directory().resolve("web.auth"))
                .orThrow();
    }

    /** Opens one for each firewall, on a port that is free. None of them is started yet. */
    static WebWindows open(List<Firewall> firewalls) {
        WebWindows windows = new WebWindows();
        String password = HexFormat.of().toHexDigits(new SecureRandom().nextInt());
        try {
            for (Firewall firewall : firewalls) {
                addUser(firewall, password);
                ServerSocket socket = new ServerSocket();
                windows.sockets.add(socket);
                socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
                windows.words
                        .append("  ")
                        .append(firewall.name())
                        .append("  http://127.0.0.1:")
                        .append(socket.getLocalPort())
                        .append("/\n");
                start("web-" + firewall.name(), () -> windows.accept(socket, firewall.host()));
            }
        } catch (IOException e) {
            windows.close();
            throw new LabException("cannot open the web pages: " + e.getMessage(), e);
        }
        windows.words
                .append("  log in as ")
                .append(USER)
                .append(" with the password ")
                .append(password)
                .append('\n');
        return windows;
    }

    /** The addresses of all, a line each. */
    String words() {
        return words.toString();
    }

    private void accept(ServerSocket socket, LabHost host) {
        while (!socket.isClosed()) {
            try {
                Socket outside = socket.accept();
                start("web-" + host.name(), () -> join(outside, host));
            } catch (IOException e) {
                // It was closed.
                return;
            }
        }
    }

    /** A host without power answers nobody: the browser sees the connection end. */
    private static void join(Socket outside, LabHost host) {
        try (outside;
                Socket inside = host.call(WebWindows::connect)) {
            Thread back = start("web-back-" + host.name(), () -> pump(inside, outside));
            pump(outside, inside);
            back.join();
        } catch (IOException | LabException e) {
            // The browser tells its user.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.connect(
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), INSIDE_PORT),
                CONNECT_MILLIS);
        return socket;
    }

    /** Until either end is closed; then both are. */
    private static void pump(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
                out.flush();
            }
        } catch (IOException e) {
            // The other direction ends by it too.
        }
    }

    private static Thread start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() {
        for (ServerSocket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                // It ends with the process.
            }
        }
    }
}
