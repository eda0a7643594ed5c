// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.parser.ConfigurationDifference;
import io.mirrorcarp.daemon.config.parser.ConfigurationResult;
import io.mirrorcarp.daemon.control.CommandFailure;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.host.ConfigurationFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings a changed file into force in a running daemon, one change after the other. What the file leaves as it is is not touched. A faulty file changes
 * nothing. Whoever asks for it gets the file before back by itself, unless the change is confirmed in time: for a change that cuts off its administrator.
 */
final class Reload {
    private static final long NO_TIMER = -1;

    /** A part of the node that a change of its keys concerns. */
    interface Part {
        /** Does what has changed between two configurations, if anything of this part has. */
        Future<Void> apply(Configuration before, Configuration after);
    }

    private final Vertx vertx;
    private final String file;
    private final List<Part> parts;
    private final EventLog events;
    private volatile Configuration present;
    private volatile @Nullable Configuration unconfirmed;
    private volatile @Nullable ConfigurationResult prepared;
    private volatile long confirmTimer = NO_TIMER;
    private Future<?> last = Future.succeededFuture();

    /** @param parts in the order in which they are changed */
    Reload(Vertx vertx, String file, Configuration present, List<Part> parts, EventLog events) {
        this.vertx = vertx;
        this.file = file;
        this.present = present;
        this.parts = new CopyOnWriteArrayList<>(parts);
        this.events = events;
    }

    /** One more part, changed after the others. */
    void add(Part part) {
        parts.add(part);
    }

    /** The absolute path of the file. */
    String file() {
        return Path.of(file).toAbsolutePath().normalize().toString();
    }

    /** What is in force. */
    Configuration present() {
        return present;
    }

    /**
     * Reads the file again, and brings it into force.
     *
     * @param dryRun only says what would change
     * @param confirm after which the change is taken back, unless {@link #confirm} comes before; empty for never
     * @return what changed, a line each
     */
    synchronized Future<String> run(boolean dryRun, Optional<Duration> confirm) {
        return inTurn(() -> read().compose(result -> take(result, dryRun, confirm)));
    }

    private Future<ConfigurationResult> read() {
        return vertx.executeBlocking(() -> ConfigurationFile.loadToRun(file));
    }

    private synchronized <T> Future<T> inTurn(Supplier<Future<T>> what) {
        Future<T> next = last.otherwiseEmpty().compose(free -> what.get());
        last = next;
        return next;
    }

    /** Reads and checks the file, for {@link #runPrepared}. Fails as {@link #run} does; says what would change. */
    Future<String> prepare() {
        return inTurn(() ->
                read().compose(result -> take(result, true, Optional.empty()).onSuccess(plan -> prepared = result)));
    }

    /** Brings the file into force as {@link #prepare} read it, at once. It goes back after the limit unless that is confirmed. */
    Future<String> runPrepared(Duration limit) {
        return inTurn(() -> {
            ConfigurationResult result = prepared;
            prepared = null;
            return result == null
                    ? failed(ExitStatus.FAILED, "nothing was prepared")
                    : take(result, false, Optional.of(limit));
        });
    }

    /** Whether a change waits to be confirmed. */
    boolean isUnconfirmed() {
        return unconfirmed != null;
    }

    /** Takes a change back that waits to be confirmed, now. */
    synchronized Future<String> goBack() {
        return inTurn(() -> {
            Configuration before = unconfirmed;
            unconfirmed = null;
            vertx.cancelTimer(confirmTimer);
            return before == null
                    ? Future.succeededFuture("nothing to take back\n")
                    : apply(present, before).map(done -> {
                        events.warn(
                                "reload",
                                "the change is taken back, since another node did not make it; the file still has it");
                        return "taken back\n";
                    });
        });
    }

    private Future<String> take(ConfigurationResult result, boolean dryRun, Optional<Duration> confirm) {
        if (result.configuration().isEmpty()) {
            return failed(
                    ExitStatus.CONFIGURATION_INVALID,
                    "nothing is changed:\n" + String.join("\n", result.obstacleLines()));
        }
        if (unconfirmed != null) {
            return failed(
                    ExitStatus.FAILED, "the change before is not confirmed yet: carpctl confirm, or wait for its end");
        }
        Configuration before = present;
        Configuration read = result.configuration().get();
        Configuration after = FixedSettings.keep(before, read);
        List<String> changes = lines(before, after);
        List<String> needRestart = FixedSettings.changed(before, read);
        if (dryRun) {
            return Future.succeededFuture(text("would change", changes, needRestart));
        }
        return apply(before, after).map(done -> {
            if (!changes.isEmpty()) {
                confirm.ifPresent(limit -> awaitConfirmation(before, limit));
            }
            String until = confirm.isPresent() && !changes.isEmpty()
                    ? "goes back in " + confirm.get().toSeconds() + " s, unless: carpctl confirm\n"
                    : "";
            return text("changed", changes, needRestart) + until;
        });
    }

    private Future<Void> apply(Configuration before, Configuration after) {
        Future<Void> applied = Future.succeededFuture();
        for (Part part : parts) {
            applied = applied.compose(done -> part.apply(before, after));
        }
        return applied.onSuccess(done -> present = after)
                .recover(e -> undo(before, after)
                        .transform(undone -> failed(
                                ExitStatus.FAILED, "not changed, and back to what was before: " + e.getMessage())));
    }

    /** Every part that was changed goes back; one that was not has nothing to do where it can tell, and does it again where not. */
    private Future<Void> undo(Configuration before, Configuration after) {
        Future<Void> undone = Future.succeededFuture();
        for (Part part : parts) {
            undone = undone.eventually(() -> part.apply(after, before));
        }
        return undone;
    }

    private void awaitConfirmation(Configuration before, Duration limit) {
        unconfirmed = before;
        confirmTimer = vertx.setTimer(limit.toMillis(), late -> takeBack());
    }

    private synchronized void takeBack() {
        Configuration before = unconfirmed;
        if (before == null) {
            return;
        }
        unconfirmed = null;
        Configuration now = present;
        last = last.otherwiseEmpty().compose(free -> apply(now, before)).onComplete(done -> {
            String outcome = done.succeeded()
                    ? "the change was not confirmed and is taken back"
                    : "not confirmed, but " + done.cause().getMessage();
            events.warn("reload", outcome + "; the file still has it");
        });
    }

    /** The change stays. Fails where none waits for that. */
    synchronized Future<String> confirm() {
        if (unconfirmed == null) {
            return failed(ExitStatus.NOT_IN_WANTED_STATE, "there is no change that waits to be confirmed");
        }
        unconfirmed = null;
        vertx.cancelTimer(confirmTimer);
        events.report("reload", "confirmed");
        return Future.succeededFuture("the change stays\n");
    }

    private static List<String> lines(Configuration before, Configuration after) {
        return ConfigurationDifference.between(before, after).stream()
                .map(ConfigurationDifference::text)
                .toList();
    }

    private static String text(String verb, List<String> changes, List<String> needRestart) {
        StringBuilder text = new StringBuilder();
        if (changes.isEmpty()) {
            text.append(
                    needRestart.isEmpty() ? "nothing has changed in the file\n" : "nothing that a reload can change\n");
        } else {
            text.append(verb).append(":\n");
            changes.forEach(change -> text.append("  ").append(change).append('\n'));
        }
        if (!needRestart.isEmpty()) {
            text.append("needs a restart of carpd:\n");
            needRestart.forEach(setting -> text.append("  ").append(setting).append('\n'));
        }
        return text.toString();
    }

    private static <T> Future<T> failed(int exitStatus, String sentence) {
        return Future.failedFuture(new CommandFailure(exitStatus, sentence));
    }
}
