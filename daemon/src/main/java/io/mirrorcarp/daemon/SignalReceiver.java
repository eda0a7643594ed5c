// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.control.DaemonCommands;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.control.StatusText;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers a signal as {@code carpctl status} and {@code carpctl reload} would, into the log. */
final class SignalReceiver implements Signals.Receiver {
    private static final Logger STATUS = LoggerFactory.getLogger("status");
    private static final String RELOAD = "reload";

    private final DaemonCommands commands;
    private final EventLog events;

    SignalReceiver(DaemonCommands commands, EventLog events) {
        this.commands = commands;
        this.events = events;
    }

    @Override
    public void logStatus() {
        commands.status()
                .onSuccess(status -> StatusText.render(status)
                        .lines()
                        .filter(line -> !line.isBlank())
                        .forEach(STATUS::info))
                .onFailure(e -> STATUS.warn("no status: {}", text(e)));
    }

    @Override
    public void reload() {
        commands.reload(false, Optional.empty(), false)
                .onSuccess(done -> done.lines().forEach(line -> events.report(RELOAD, line)))
                .onFailure(e -> text(e).lines().forEach(line -> events.warn(RELOAD, line)));
    }

    private static String text(Throwable failure) {
        return Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    }
}
