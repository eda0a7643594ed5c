// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.logging;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;

/**
 * Keeps log lines until they are written on a thread of its own, and never waits: a pipe that nobody reads must not stop an advertisement. When
 * {@value #CAPACITY} lines wait, and as many are being written, later ones are dropped and counted, whatever their level.
 */
final class BoundedQueue extends AsyncAppender {
    static final int CAPACITY = 1024;

    /** At the end of the process: how long what waits may take to be written. */
    private static final int FLUSH_LIMIT_MILLIS = 500;

    private final LineWriter writer;

    /** @param writer started; writes, and tells of what was dropped */
    BoundedQueue(LoggerContext context, LineWriter writer) {
        this.writer = writer;
        setContext(context);
        setName("queue");
        setQueueSize(CAPACITY);
        setDiscardingThreshold(0);
        setNeverBlock(true);
        setMaxFlushTime(FLUSH_LIMIT_MILLIS);
        addAppender(writer);
    }

    /** One caller at a time, so that the room that was seen is there: no line is lost uncounted. */
    @Override
    protected synchronized void append(ILoggingEvent event) {
        if (getRemainingCapacity() == 0) {
            writer.countDropped();
        } else {
            super.append(event);
        }
    }
}
