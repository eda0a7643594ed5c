// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.UnixDatagram;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * The journal's own protocol (https://systemd.io/JOURNAL_NATIVE_PROTOCOL): one datagram an entry, with fields that can be searched for, such as
 * {@code CARP_VHID}. The key-value pairs of an event are its fields. For one thread at a time.
 */
final class JournalSocket {
    static final String PATH = "/run/systemd/journal/socket";

    /** Below the smallest of the kernel's limits for a datagram. */
    private static final int MAXIMUM_BYTES = 60_000;

    private final String path;
    private @Nullable UnixDatagram socket;

    JournalSocket(String path) {
        this.path = path;
    }

    /** Whether the journal took it; when not, the line can still be written to standard error. */
    boolean send(ILoggingEvent event, int priority, String message) {
        byte[] entry = entry(event, priority, message);
        if (entry.length > MAXIMUM_BYTES) {
            return false;
        }
        try {
            if (socket == null) {
                socket = UnixDatagram.connect(path);
            }
            if (socket.send(entry) == 0) {
                return true;
            }
            socket.close();
            socket = null;
        } catch (ErrnoException | LinkageError e) {
            // No journal, or no system calls.
            socket = null;
        }
        return false;
    }

    static byte[] entry(ILoggingEvent event, int priority, String message) {
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        field(entry, "MESSAGE", message);
        field(entry, "PRIORITY", String.valueOf(priority));
        field(entry, "SYSLOG_IDENTIFIER", "carpd");
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            pairs.forEach(pair -> field(entry, pair.key, String.valueOf(pair.value)));
        }
        return entry.toByteArray();
    }

    /** {@code NAME=VALUE}, or for a value of several lines its name, its length in 64 bits and its bytes. */
    private static void field(ByteArrayOutputStream entry, String name, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        entry.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        if (value.indexOf('\n') < 0) {
            entry.write('=');
        } else {
            entry.write('\n');
            entry.writeBytes(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(bytes.length)
                    .array());
        }
        entry.writeBytes(bytes);
        entry.write('\n');
    }
}
