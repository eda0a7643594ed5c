// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A log that nobody reads costs lines, never time, and tells how many. */
class BoundedQueueTest {
    private static final int LINES = 5_000;
    private static final Pattern MISSING = Pattern.compile("log: (\\d+) lines? of this log");

    private final LoggerContext context = new LoggerContext();
    private final Pipe pipe = new Pipe();
    private final LineWriter writer = new LineWriter(LineLayout.forJournal(), pipe, null);
    private final BoundedQueue queue = new BoundedQueue(context, writer);

    BoundedQueueTest() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        writer.setContext(context);
        writer.start();
        queue.start();
    }

    @AfterEach
    void stop() {
        pipe.open.countDown();
        queue.stop();
    }

    @Test
    void aPipeThatNobodyReadsBlocksNobodyAndEveryLineIsWrittenOrCounted() {
        long beginNanos = System.nanoTime();
        for (int i = 0; i < LINES; i++) {
            log("line " + i);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - beginNanos)).isLessThan(Duration.ofSeconds(5));
        assertThat(pipe.lines()).isEmpty();
        pipe.open.countDown();
        Awaitility.await("all lines").atMost(Duration.ofSeconds(10)).until(() -> written() + missing() == LINES);
        assertThat(missing()).isGreaterThanOrEqualTo(LINES - 2 * BoundedQueue.CAPACITY);
    }

    @Test
    void afterAFullDiskTheLogGoesOnAndSaysHowManyLinesItLacks() {
        pipe.open.countDown();
        pipe.full = true;
        for (int i = 0; i < 7; i++) {
            log("lost " + i);
        }
        Awaitility.await("all tried").atMost(Duration.ofSeconds(10)).until(() -> pipe.refused.get() == 7);
        pipe.full = false;
        log("there is room again");
        Awaitility.await("written").atMost(Duration.ofSeconds(10)).until(() -> written() == 1);
        assertThat(pipe.lines())
                .containsExactly(
                        "<4>log: 7 lines of this log could not be written in time and are missing here",
                        "<6>carp: there is room again");
    }

    private void log(String message) {
        queue.doAppend(new LoggingEvent("x", context.getLogger("carp"), Level.INFO, message, null, new Object[0]));
    }

    private long written() {
        return pipe.lines().stream()
                .filter(line -> line.startsWith("<6>carp: "))
                .count();
    }

    private long missing() {
        return pipe.lines().stream()
                .map(MISSING::matcher)
                .filter(Matcher::find)
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    /** Standard error, closed at first. */
    private static final class Pipe extends OutputStream {
        final CountDownLatch open = new CountDownLatch(1);
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        volatile boolean full;
        final AtomicInteger refused = new AtomicInteger();

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] line, int offset, int length) throws IOException {
            try {
                open.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (full) {
                refused.incrementAndGet();
                throw new IOException("No space left on device");
            }
            synchronized (bytes) {
                bytes.write(line, offset, length);
            }
        }

        List<String> lines() {
            synchronized (bytes) {
                return bytes.toString(StandardCharsets.UTF_8).lines().toList();
            }
        }
    }
}
