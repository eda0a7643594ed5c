// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets logback up in code, which starts faster than XML. Found by logback as a service. The system property {@code carpd.log} gives
 * another level than INFO, such as DEBUG.
 */
public final class StandardErrorLog extends ContextAwareBase implements Configurator {
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        boolean journal = isJournal(System.getenv("JOURNAL_STREAM"), STANDARD_ERROR);
        LineLayout layout = journal ? LineLayout.forJournal() : LineLayout.forTerminal();
        layout.setContext(context);
        layout.start();
        LineWriter writer = new LineWriter(
                layout,
                new FileOutputStream(FileDescriptor.err),
                journal ? new JournalSocket(JournalSocket.PATH) : null);
        writer.setContext(context);
        writer.start();
        BoundedQueue queue = new BoundedQueue(context, writer);
        queue.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.toLevel(System.getProperty("carpd.log"), Level.INFO));
        // Its own level is net.inet.carp.log: bad packets come at DEBUG when that is 2.
        context.getLogger("carp").setLevel(Level.DEBUG);
        context.getLogger("io.netty").setLevel(Level.WARN);
        // It warns of a host whose lo is down, which is none of its business here.
        context.getLogger("io.netty.util.NetUtilInitializations").setLevel(Level.ERROR);
        // It warns of a host that has no interface but lo yet, of which carpd says by itself what it waits for.
        context.getLogger("io.netty.util.internal.MacAddressUtil").setLevel(Level.ERROR);
        context.getLogger("io.vertx").setLevel(Level.WARN);
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(queue);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Writes what waits, as far as a fraction of a second allows; what is logged later is lost. For the end of the process. */
    public static void flush() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }

    /**
     * Whether standard error goes to the journal: then JOURNAL_STREAM holds its device and inode, systemd.exec(5). The variable alone
     * does not tell, since the children of a service inherit it when they write elsewhere.
     */
    static boolean isJournal(@Nullable String journalStream, Path standardError) {
        try {
            Map<String, Object> file = Files.readAttributes(standardError, "unix:dev,ino");
            return (file.get("dev") + ":" + file.get("ino")).equals(journalStream);
        } catch (IOException expected) {
            return false;
        }
    }
}
