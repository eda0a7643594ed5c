// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.traffic;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Bytes in one direction of a {@link TcpFlow}, as fast as they go or at a rate, each compared with what was sent. */
public final class TcpStream {
    /** A prime number of bytes, so that the stream repeats at no boundary of segments or windows. */
    private static final int PERIOD = 65_521;

    private static final int CHUNK = 16_384;
    private static final byte[] PATTERN = pattern();
    private static final long POLL_NANOS = 5_000_000;

    private final Socket from;
    private final Socket to;
    private final long bytesPerSecond;
    private final AtomicLong received = new AtomicLong();
    private volatile @Nullable String failure;
    private volatile long lastNanos = System.nanoTime();
    private volatile long longestGapNanos;

    private TcpStream(Socket from, Socket to, long bytesPerSecond) {
        this.from = from;
        this.to = to;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Runs until the sockets are closed, at a rate; 0 is as fast as it goes. */
    public static TcpStream start(Socket from, Socket to, long bytesPerSecond) {
        TcpStream stream = new TcpStream(from, to, bytesPerSecond);
        daemon("stream-send", stream::send);
        daemon("stream-receive", stream::receive);
        return stream;
    }

    /** Waits until that many more bytes have come. Returns why they did not, or an empty text. */
    public Optional<String> awaitMore(long bytes, Duration limit) {
        long wanted = received.get() + bytes;
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (received.get() < wanted) {
            String why = failure;
            if (why != null) {
                return Optional.of(why);
            }
            if (System.nanoTime() - deadlineNanos >= 0) {
                return Optional.of("no " + bytes + " bytes within " + limit.toMillis() + " ms, the last came "
                        + (System.nanoTime() - lastNanos) / 1_000_000 + " ms ago");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return Optional.empty();
    }

    /** Bytes that came. */
    public long received() {
        return received.get();
    }

    /** The longest time between two reads, in nanoseconds. */
    public long longestGapNanos() {
        return longestGapNanos;
    }

    private void send() {
        try {
            OutputStream out = from.getOutputStream();
            long start = System.nanoTime();
            long sent = 0;
            while (true) {
                int at = (int) (sent % PERIOD);
                int length = Math.min(CHUNK, PERIOD - at);
                out.write(PATTERN, at, length);
                sent += length;
                pace(start, sent);
            }
        } catch (IOException closed) {
            // The end; the receiver tells when it is none.
        }
    }

    private void pace(long startNanos, long sent) {
        if (bytesPerSecond > 0) {
            long dueNanos = startNanos + sent * 1_000_000_000L / bytesPerSecond;
            for (long left = dueNanos - System.nanoTime(); left > 0; left = dueNanos - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
    }

    private void receive() {
        byte[] buffer = new byte[CHUNK];
        try {
            to.setSoTimeout(0);
            InputStream in = to.getInputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                check(buffer, count);
                long now = System.nanoTime();
                longestGapNanos = Math.max(longestGapNanos, now - lastNanos);
                lastNanos = now;
                received.addAndGet(count);
            }
            failure = "closed after " + received.get() + " bytes";
        } catch (IOException e) {
            failure = e.getMessage();
        }
    }

    private void check(byte[] buffer, int count) throws IOException {
        int done = 0;
        while (done < count) {
            int at = (int) ((received.get() + done) % PERIOD);
            int length = Math.min(count - done, PERIOD - at);
            if (!Arrays.equals(buffer, done, done + length, PATTERN, at, at + length)) {
                throw new IOException("other bytes than were sent, after " + (received.get() + done));
            }
            done += length;
        }
    }

    private static byte[] pattern() {
        byte[] bytes = new byte[PERIOD];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
