// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

import io.mirrorcarp.lab.net.LabHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.Random;

/** The second connection of a protocol that has a helper, announced over the first one. */
final class DataConnection {
    private static final int LIMIT_MILLIS = (int) KindsBed.ANSWER_LIMIT.toMillis();

    private DataConnection() {}

    /** Waits for it at a port that the rules do not let in unless a helper expects it. */
    static ServerSocket listenWhereOnlyHelpersLet(LabHost host, String address) {
        int port = KindsRules.EXPECTED_FIRST + new Random().nextInt(KindsRules.EXPECTED_COUNT);
        return host.call(() -> new ServerSocket(port, 1, InetAddress.getByName(address)));
    }

    /**
     * Connects to whom {@code data} is known as, and has a byte brought; why none came, or empty.
     *
     * @param bySender whether the byte goes from who connects to who waits, or back
     */
    static Optional<String> carry(LabHost from, InetSocketAddress to, ServerSocket data, boolean bySender)
            throws IOException {
        try (Socket connected = from.call(SocketChannel::open).socket()) {
            connected.connect(to, LIMIT_MILLIS);
            data.setSoTimeout(LIMIT_MILLIS);
            try (Socket accepted = data.accept()) {
                Socket says = bySender ? connected : accepted;
                Socket hears = bySender ? accepted : connected;
                says.getOutputStream().write(7);
                hears.setSoTimeout(LIMIT_MILLIS);
                return hears.getInputStream().read() == 7
                        ? Optional.empty()
                        : Optional.of("the data connection carries nothing");
            }
        }
    }
}
