// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.traffic;

import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A download that runs: one TCP connection from a host of the lab to a {@link DownloadServer}. */
public final class Download {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    private final DownloadPlan plan;
    private final InetSocketAddress server;
    private final int stallMillis;
    private final Arrivals arrivals = new Arrivals();
    private volatile @Nullable Socket socket;
    private final Future<DownloadResult> result;

    private Download(LabHost client, InetSocketAddress server, DownloadPlan plan, Duration stallLimit) {
        this.plan = plan;
        this.server = server;
        this.stallMillis = Math.toIntExact(stallLimit.toMillis());
        this.result = client.namespace().start("download", this::receive);
    }

    /**
     * Connects from {@code client} and starts to read.
     *
     * @param stallLimit after so long without a byte the connection counts as dead
     */
    public static Download start(LabHost client, InetSocketAddress server, DownloadPlan plan, Duration stallLimit) {
        return new Download(client, server, plan, stallLimit);
    }

    /** What is to come. */
    public DownloadPlan plan() {
        return plan;
    }

    /** Asks the server to send the rest as fast as it goes. */
    public void hurry() {
        Socket connection = socket;
        try {
            if (connection != null && !connection.isClosed()) {
                connection.getOutputStream().write(1);
            }
        } catch (IOException e) {
            // The connection is dead, and the reading thread tells why.
        }
    }

    /** What came so far. */
    public Arrivals arrivals() {
        return arrivals;
    }

    /** True when {@link #join} will not wait. */
    public boolean isDone() {
        return result.isDone();
    }

    /** Waits for the end; the stall limit bounds it. */
    public DownloadResult join() {
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted during a download", e);
        } catch (ExecutionException e) {
            throw new LabException("download: " + e.getCause(), e);
        }
    }

    private DownloadResult receive() {
        MessageDigest digest = DownloadPlan.newSha256();
        long start = System.nanoTime();
        String error = null;
        try (Socket connection = new Socket()) {
            connection.connect(server, Math.toIntExact(CONNECT_LIMIT.toMillis()));
            connection.setSoTimeout(stallMillis);
            start = System.nanoTime();
            ask(connection);
            socket = connection;
            read(connection.getInputStream(), digest);
        } catch (SocketTimeoutException e) {
            error = arrivals.size() == 0 ? "no answer" : "stalled: no byte for " + stallMillis / 1000.0 + " s";
        } catch (IOException e) {
            error = e.getMessage();
        }
        return result(digest, start, error);
    }

    private void ask(Socket socket) throws IOException {
        DataOutputStream out = new DataOutputStream(new java.io.BufferedOutputStream(socket.getOutputStream()));
        out.writeLong(plan.seed());
        out.writeInt(plan.chunkBytes());
        out.writeInt(plan.chunks());
        out.writeInt(Math.toIntExact(plan.interval().toNanos() / 1000));
        out.flush();
    }

    private void read(InputStream stream, MessageDigest digest) throws IOException {
        byte[] buffer = new byte[65_536];
        for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
            arrivals.add(System.nanoTime(), count);
            digest.update(buffer, 0, count);
        }
    }

    private DownloadResult result(MessageDigest digest, long start, @Nullable String error) {
        long end = System.nanoTime();
        String sha256 = HexFormat.of().formatHex(digest.digest());
        boolean equal = sha256.equals(plan.sha256());
        String why =
                error == null && !equal ? "ended after " + arrivals.bytes() + " of " + plan.bytes() + " bytes" : error;
        return new DownloadResult(
                plan, arrivals.bytes(), sha256, equal, start, end, arrivals.longestGap(end), arrivals, why);
    }
}
