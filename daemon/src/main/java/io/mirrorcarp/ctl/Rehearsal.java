// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.proto.control.Request;
import io.mirrorcarp.proto.control.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Does once what carpctl does every day, so that the JVM can archive the classes that it takes: run by the build, which lists them with
 * {@code -XX:DumpLoadedClassList} and then makes a static archive. No part of carpctl uses it.
 */
final class Rehearsal {
    private Rehearsal() {}

    /** Talks to a daemon of its own that answers one request. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createTempDirectory("carpctl");
        Path socket = directory.resolve("admin.sock");
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread daemon = new Thread(() -> answer(server));
            daemon.setDaemon(true);
            daemon.start();
            Carpctl.run(nowhere, nowhere, "status", "--socket", socket.toString());
            Carpctl.run(nowhere, nowhere, "status", "--socket", "/nowhere");
            Carpctl.run(nowhere, nowhere, "--help");
            Carpctl.run(nowhere, nowhere, "vhid");
            Carpctl.run(nowhere, nowhere, "config", "check", "/nowhere");
        } finally {
            Files.deleteIfExists(socket);
            Files.delete(directory);
        }
    }

    private static void answer(ServerSocketChannel server) {
        try (SocketChannel client = server.accept()) {
            Request request = Request.parseDelimitedFrom(Channels.newInputStream(client));
            Response done = Response.newBuilder()
                    .setOut(request.toString())
                    .setDone(true)
                    .build();
            done.writeDelimitedTo(Channels.newOutputStream(client));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
