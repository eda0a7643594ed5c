// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.address.AddressText;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** Requests as no client sends them. */
final class Raw {
    private Raw() {}

    /** Sends bytes as they are; all that is answered until the server closes the connection, which it must. */
    static String answer(int port, String bytes) throws IOException {
        try (Socket socket = new Socket(AddressText.parse("127.0.0.1").orElseThrow(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketException reset) {
            return "";
        }
    }
}
