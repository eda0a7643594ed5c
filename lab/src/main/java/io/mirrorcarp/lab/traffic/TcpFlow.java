// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.traffic;

import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** A TCP connection of which the lab holds both ends. It is idle unless {@link #exchange} or a {@link TcpStream} uses it. */
public final class TcpFlow implements AutoCloseable {
    private static final int CONNECT_MILLIS = 10_000;

    private final Socket connected;
    private final Socket accepted;
    private int said;

    private TcpFlow(Socket connected, Socket accepted) {
        this.connected = connected;
        this.accepted = accepted;
    }

    /** Connects from one host to a port of another that was free, at {@code address}. */
    public static TcpFlow open(LabHost from, LabHost to, String address) {
        return open(from, to, new InetSocketAddress(address, 0), address, 0);
    }

    /**
     * Connects from one host to another whose address is translated on the way.
     *
     * @param dialled the address and port that the connecting host uses; port 0 for the accepting one's
     * @param address the accepting host's own address
     * @param port the accepting host's own; 0 for one that is free
     */
    public static TcpFlow open(LabHost from, LabHost to, InetSocketAddress dialled, String address, int port) {
        try (ServerSocket listener = to.call(() -> new ServerSocket(port, 1, InetAddress.getByName(address)))) {
            Socket connected = from.call(SocketChannel::open).socket();
            int dialledPort = dialled.getPort() == 0 ? listener.getLocalPort() : dialled.getPort();
            return joined(connected, new InetSocketAddress(dialled.getAddress(), dialledPort), listener);
        } catch (IOException e) {
            throw new LabException(
                    "connect from " + from.name() + " to " + dialled + " on " + to.name() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Connects from one of several addresses of a host.
     *
     * @param source the connecting host's address
     * @param dialled the accepting host's address, and a port of it that is free
     */
    public static TcpFlow openFrom(LabHost from, InetAddress source, LabHost to, InetSocketAddress dialled) {
        try (ServerSocket listener = to.call(() -> new ServerSocket(dialled.getPort(), 1, dialled.getAddress()))) {
            Socket connected = from.call(SocketChannel::open).socket();
            connected.bind(new InetSocketAddress(source, 0));
            return joined(connected, dialled, listener);
        } catch (IOException e) {
            throw new LabException("connect from " + source + " to " + dialled + ": " + e.getMessage(), e);
        }
    }

    private static TcpFlow joined(Socket connected, InetSocketAddress dialled, ServerSocket listener)
            throws IOException {
        connected.connect(dialled, CONNECT_MILLIS);
        listener.setSoTimeout(CONNECT_MILLIS);
        Socket accepted = listener.accept();
        accepted.setTcpNoDelay(true);
        connected.setTcpNoDelay(true);
        return new TcpFlow(connected, accepted);
    }

    /** The end that connected. */
    public Socket connected() {
        return connected;
    }

    /** The end that accepted. */
    public Socket accepted() {
        return accepted;
    }

    /**
     * Says two bytes each way, the accepting end first: its packet is the one that a router which has forgotten the connection resets or drops.
     *
     * @return why it failed; empty when the bytes came
     */
    public Optional<String> exchange(Duration limit) {
        return oneWay(accepted, connected, limit).or(() -> oneWay(connected, accepted, limit));
    }

    /** Says two bytes one way; empty when they came. */
    public Optional<String> oneWay(Socket from, Socket to, Duration limit) {
        said++;
        byte[] sent = {(byte) (said >> 8), (byte) said};
        String direction = from == connected ? "to the server" : "to the client";
        try {
            from.getOutputStream().write(sent);
            to.setSoTimeout(Math.toIntExact(limit.toMillis()));
            byte[] came = read(to.getInputStream(), sent.length);
            return Arrays.equals(sent, came) ? Optional.empty() : Optional.of(direction + ": other bytes came");
        } catch (SocketTimeoutException e) {
            return Optional.of(direction + ": nothing came within " + limit.toMillis() + " ms");
        } catch (IOException e) {
            return Optional.of(direction + ": " + e.getMessage());
        }
    }

    private static byte[] read(InputStream in, int count) throws IOException {
        byte[] came = in.readNBytes(count);
        if (came.length < count) {
            throw new IOException("closed by the other side");
        }
        return came;
    }

    @Override
    public void close() {
        try {
            connected.close();
            accepted.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
