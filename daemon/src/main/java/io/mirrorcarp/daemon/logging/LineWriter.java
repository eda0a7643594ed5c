// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines to a stream, each at once. A line that cannot be written, for the disk is full, counts as dropped; the next one is tried all the same, and says
 * before itself how many are missing.
 */
final class LineWriter extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private final LineLayout layout;
    private final OutputStream stream;
    private final @Nullable JournalSocket journal;
    private final AtomicLong dropped = new AtomicLong();

    /** @param journal where entries go, as long as it takes them; null where standard error is not the journal's */
    LineWriter(LineLayout layout, OutputStream stream, @Nullable JournalSocket journal) {
        this.journal = journal;
        this.layout = layout;
        this.stream = stream;
        setName("writer");
    }

    /** Counts a line that never comes. Any thread. */
    void countDropped() {
        dropped.incrementAndGet();
    }

    @Override
    protected void append(ILoggingEvent event) {
        long missing = dropped.get();
        try {
            if (missing > 0) {
                write(layout.notice(
                        event,
                        missing + (missing == 1 ? " line" : " lines")
                                + " of this log could not be written in time and are missing here"));
                dropped.addAndGet(-missing);
            }
            if (journal == null || !journal.send(event, LineLayout.priority(event.getLevel()), layout.message(event))) {
                write(layout.doLayout(event));
            }
        } catch (IOException e) {
            countDropped();
        }
    }

    private void write(String lines) throws IOException {
        stream.write(lines.getBytes(StandardCharsets.UTF_8));
    }
}
