// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * {@code subject: message}, where the subject is the last part of the logger's name; before it the time for a terminal, or the
 * syslog priority in angle brackets for journald, which keeps the time itself.
 */
final class LineLayout extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS");

    private final boolean journal;

    private LineLayout(boolean journal) {
        this.journal = journal;
    }

    static LineLayout forJournal() {
        return new LineLayout(true);
    }

    static LineLayout forTerminal() {
        return new LineLayout(false);
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        String lines = message(event) + "\n";
        if (journal) {
            String priority = "<" + priority(event.getLevel()) + ">";
            return lines.strip().lines().map(line -> priority + line + "\n").reduce("", String::concat);
        }
        return time(event) + " " + severity(event.getLevel()) + lines;
    }

    /** A warning of the log about itself, at the time of an event. */
    String notice(ILoggingEvent event, String message) {
        String lines = "log: " + message + "\n";
        return journal ? "<" + priority(Level.WARN) + ">" + lines : time(event) + " " + severity(Level.WARN) + lines;
    }

    private static String time(ILoggingEvent event) {
        return TIME.format(Instant.ofEpochMilli(event.getTimeStamp()).atZone(ZoneId.systemDefault()));
    }

    /** The message of the journal, whose fields have the rest. */
    String message(ILoggingEvent event) {
        String logger = event.getLoggerName();
        String subject = logger.substring(logger.lastIndexOf('.') + 1);
        return (subject + ": " + event.getFormattedMessage() + "\n" + stack(event.getThrowableProxy())).strip();
    }

    private static String stack(IThrowableProxy thrown) {
        return thrown == null ? "" : ThrowableProxyUtil.asString(thrown) + "\n";
    }

    /** The numbers of syslog(3). */
    static int priority(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> 3;
            case Level.WARN_INT -> 4;
            case Level.INFO_INT -> 6;
            default -> 7;
        };
    }

    private static String severity(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> "error: ";
            case Level.WARN_INT -> "warning: ";
            case Level.INFO_INT -> "";
            default -> "debug: ";
        };
    }
}
