// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The lines of the log, to the letter. */
class LineLayoutTest {
    private static final String CHANGE = "VHID 1@wan0: BACKUP -> MASTER (master timed out)";

    private static LoggingEvent event(String logger, Level level, String message, @Nullable Throwable thrown) {
        LoggerContext context = new LoggerContext();
        LoggingEvent event = new LoggingEvent("x", context.getLogger(logger), level, message, thrown, new Object[0]);
        event.setInstant(Instant.parse("2026-11-20T09:14:02.113Z"));
        return event;
    }

    @Test
    void aTerminalGetsTheTimeAndTheLineOfFreeBsd() {
        String time = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS")
                .format(Instant.parse("2026-11-20T09:14:02.113Z").atZone(ZoneId.systemDefault()));
        LineLayout layout = LineLayout.forTerminal();
        assertThat(layout.doLayout(event("carp", Level.INFO, CHANGE, null)))
                .isEqualTo(time + " carp: " + CHANGE + "\n");
        assertThat(layout.doLayout(event("io.vertx.core.Blocked", Level.WARN, "late", null)))
                .isEqualTo(time + " warning: Blocked: late\n");
        assertThat(layout.doLayout(event("carpd", Level.ERROR, "gone", new IllegalStateException("why"))))
                .startsWith(time + " error: carpd: gone\njava.lang.IllegalStateException: why\n\tat ");
    }

    @Test
    void journaldGetsThePriorityOfEachLine() {
        LineLayout layout = LineLayout.forJournal();
        assertThat(layout.doLayout(event("carp", Level.INFO, CHANGE, null))).isEqualTo("<6>carp: " + CHANGE + "\n");
        assertThat(layout.doLayout(event("carp", Level.WARN, "x", null))).isEqualTo("<4>carp: x\n");
        assertThat(layout.doLayout(event("carp", Level.ERROR, "x", null))).isEqualTo("<3>carp: x\n");
        assertThat(layout.doLayout(event("carp", Level.DEBUG, "x", null))).isEqualTo("<7>carp: x\n");
        assertThat(layout.doLayout(event("carpd", Level.ERROR, "gone", new IllegalStateException("why")))
                        .lines())
                .startsWith("<3>carpd: gone", "<3>java.lang.IllegalStateException: why")
                .allMatch(line -> line.startsWith("<3>"));
    }

    @Test
    void onlyAStreamOfTheJournalIsWrittenForIt(@TempDir Path directory) throws IOException {
        Path stream = Files.createFile(directory.resolve("stream"));
        String identity = Files.getAttribute(stream, "unix:dev") + ":" + Files.getAttribute(stream, "unix:ino");
        assertThat(StandardErrorLog.isJournal(identity, stream)).isTrue();
        assertThat(StandardErrorLog.isJournal(identity + "0", stream)).isFalse();
        assertThat(StandardErrorLog.isJournal(null, stream)).isFalse();
        assertThat(StandardErrorLog.isJournal(identity, directory.resolve("gone")))
                .isFalse();
    }

    @Test
    void logbackFindsTheseSettings() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        assertThat(root.getLevel()).isEqualTo(Level.INFO);
        assertThat(root.iteratorForAppenders()).toIterable().singleElement().isInstanceOf(BoundedQueue.class);
    }
}
