// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.firewall;

import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.proto.control.Request;
import io.mirrorcarp.proto.control.Response;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Asks a carpd over its admin socket, as carpctl does, without the cost of starting carpctl: for polling. */
public final class ControlSocket {
    /** carpctl status --json. */
    public static final Request STATUS = Request.newBuilder()
            .setStatus(Request.Status.newBuilder().setJson(true))
            .build();

    /** carpctl stats --json. */
    public static final Request STATS = Request.newBuilder()
            .setStats(Request.Stats.newBuilder().setJson(true))
            .build();

    private static final int BUFFER_BYTES = 65_536;

    private ControlSocket() {}

    /**
     * Sends one request and collects the answer until the daemon closes the connection.
     *
     * @throws IOException when no daemon answers, or not within the limit
     */
    public static CommandResult call(Path socket, Request request, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                Selector selector = Selector.open()) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            send(channel, request);
            channel.register(selector, SelectionKey.OP_READ);
            return parse(
                    receive(channel, selector, deadline),
                    request.getCommandCase().name());
        }
    }

    private static void send(SocketChannel channel, Request request) throws IOException {
        var bytes = new ByteArrayOutputStream();
        request.writeDelimitedTo(bytes);
        if (channel.write(ByteBuffer.wrap(bytes.toByteArray())) < bytes.size()) {
            throw new IOException("the daemon does not read its control socket");
        }
    }

    private static InputStream receive(SocketChannel channel, Selector selector, long deadline) throws IOException {
        var answer = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (channel.read(buffer.clear()) >= 0) {
            answer.write(buffer.array(), 0, buffer.position());
            long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                throw new IOException("the daemon does not answer");
            }
            selector.select(leftMillis);
            selector.selectedKeys().clear();
        }
        return new ByteArrayInputStream(answer.toByteArray());
    }

    private static CommandResult parse(InputStream answer, String command) throws IOException {
        StringBuilder out = new StringBuilder();
        StringBuilder err = new StringBuilder();
        while (true) {
            Response response = Response.parseDelimitedFrom(answer);
            if (response == null) {
                throw new IOException("the daemon closed the control socket before it was done");
            }
            out.append(response.getOut());
            err.append(response.getErr());
            if (response.getDone()) {
                return new CommandResult(List.of(command), response.getExitStatus(), out.toString(), err.toString());
            }
        }
    }
}
