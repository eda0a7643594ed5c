// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track;

import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.daemon.config.TrackConfiguration;
import io.mirrorcarp.daemon.track.kind.Check;
import io.mirrorcarp.daemon.track.kind.CheckKinds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs the checks of [check.NAME] and [[track.script]], each on its own schedule and on a thread of its own, so that none of them can slow the election
 * or another check. One that fails demotes the node, or its group, until it succeeds again.
 */
public final class Checks {
    private final Consumer<DemotionSource> demotion;
    private final List<Thread> threads = new ArrayList<>();
    private boolean closed;

    /**
     * Starts the checks.
     *
     * @param demotion takes the sources, on any thread; one of value 0 ends it
     */
    public Checks(List<TrackConfiguration.Check> checks, Consumer<DemotionSource> demotion) {
        this.demotion = demotion;
        for (TrackConfiguration.Check check : checks) {
            Thread thread = new Thread(() -> run(check), "check " + check.name());
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /** Ends the checks, and what runs of them. Nothing is demoted by them from now on. */
    public synchronized void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
    }

    private void run(TrackConfiguration.Check configured) {
        TrackConfiguration.Schedule schedule = configured.schedule();
        CheckCount count = new CheckCount(
                schedule.fall(), schedule.rise(), schedule.holdDown().toNanos());
        long startNanos = System.nanoTime();
        try (Check check = CheckKinds.of(configured)) {
            while (true) {
                look(check, configured, count);
                startNanos += schedule.interval().toNanos();
                // A run that lasted longer than the interval delays the next ones; they are not made up for.
                startNanos = Math.max(startNanos, System.nanoTime());
                TimeUnit.NANOSECONDS.sleep(startNanos - System.nanoTime());
            }
        } catch (InterruptedException expected) {
            // Closed.
        }
    }

    private void look(Check check, TrackConfiguration.Check configured, CheckCount count) throws InterruptedException {
        String failure = failure(check, configured.schedule().timeout());
        if (count.onResult(failure.isEmpty(), System.nanoTime())) {
            boolean failed = count.isFailed();
            tell(DemotionSource.of(
                            DemotionSource.TRACK_PREFIX + configured.name(),
                            "",
                            failed ? configured.demote() : 0,
                            configured.name() + (failed ? " failed, " + failure : " succeeded"),
                            System.nanoTime())
                    .inGroup(configured.group().orElse("")));
        }
    }

    /** A fault of carpd itself does not end a check: that would stand for a success for ever. */
    private static String failure(Check check, Duration timeout) throws InterruptedException {
        try {
            return check.failure(timeout);
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    private synchronized void tell(DemotionSource source) {
        if (!closed) {
            demotion.accept(source);
        }
    }
}
