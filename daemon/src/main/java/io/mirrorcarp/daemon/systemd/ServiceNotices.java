// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.systemd;

import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.UnixDatagram;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The notices of sd_notify(3) to whoever started the process: {@code NOTIFY_SOCKET} of the environment says where to. Without it they go nowhere. Any thread.
 */
public final class ServiceNotices {
    private final String socket;
    private final OptionalLong watchdogNanos;
    private @Nullable UnixDatagram channel;
    private String status = "";

    private ServiceNotices(String socket, OptionalLong watchdogNanos) {
        this.socket = socket;
        this.watchdogNanos = watchdogNanos;
    }

    /**
     * As this environment says.
     *
     * @param pid this process: a watchdog of another one is not fed
     */
    public static ServiceNotices of(Map<String, String> environment, long pid) {
        String watched = environment.getOrDefault("WATCHDOG_PID", String.valueOf(pid));
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        boolean fed = watched.equals(String.valueOf(pid)) && micros.matches("[1-9][0-9]{0,15}");
        return new ServiceNotices(
                environment.getOrDefault("NOTIFY_SOCKET", ""),
                fed ? OptionalLong.of(Long.parseLong(micros) * 1000) : OptionalLong.empty());
    }

    /** Whether anybody hears them. */
    public boolean areHeard() {
        return !socket.isEmpty();
    }

    /** After how long without {@link #alive} the process is killed; empty when nobody watches. */
    public OptionalLong watchdogNanos() {
        return watchdogNanos;
    }

    /** The service has started, or waits for what comes later. */
    public void ready() {
        send("READY=1");
    }

    /** What {@code systemctl status} shows; sent when it changes. */
    public synchronized void status(String text) {
        if (!text.equals(status)) {
            status = text;
            send("STATUS=" + text.replace('\n', ' '));
        }
    }

    /** Feeds the watchdog. */
    public void alive() {
        send("WATCHDOG=1");
    }

    /** The service ends. */
    public void stopping() {
        send("STOPPING=1");
    }

    private synchronized void send(String notice) {
        if (socket.isEmpty()) {
            return;
        }
        try {
            if (channel == null) {
                channel = UnixDatagram.connect(socket);
            }
            if (channel.send(notice.getBytes(StandardCharsets.UTF_8)) != 0) {
                close();
            }
        } catch (ErrnoException e) {
            // The next notice tries again; what systemd makes of their lack is its own affair.
            close();
        }
    }

    private void close() {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }
}
