// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track;

import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.daemon.config.TrackConfiguration;
import io.mirrorcarp.daemon.program.Program;
import io.mirrorcarp.daemon.program.TrustedFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs the check programs of [[track.script]], each on its own schedule, on threads of their own. One that fails demotes the node, or its group, until it
 * succeeds again.
 */
public final class ScriptChecks {
    private final Consumer<DemotionSource> demotion;
    private final List<Thread> threads = new ArrayList<>();

    /**
     * Starts the checks.
     *
     * @param demotion takes the sources, on any thread; one of value 0 ends it
     */
    public ScriptChecks(List<TrackConfiguration.Script> scripts, Consumer<DemotionSource> demotion) {
        this.demotion = demotion;
        for (TrackConfiguration.Script script : scripts) {
            Thread thread = new Thread(() -> run(script), "track " + script.name());
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /** Ends the checks, and what runs of them. */
    public void close() {
        threads.forEach(Thread::interrupt);
    }

    private void run(TrackConfiguration.Script script) {
        CheckCount count = new CheckCount(script.fall(), script.rise());
        long startNanos = System.nanoTime();
        try {
            while (true) {
                check(script, count);
                startNanos += script.interval().toNanos();
                // A run that lasted longer than the interval delays the next ones; they are not made up for.
                startNanos = Math.max(startNanos, System.nanoTime());
                TimeUnit.NANOSECONDS.sleep(startNanos - System.nanoTime());
            }
        } catch (InterruptedException expected) {
            // Closed.
        }
    }

    private void check(TrackConfiguration.Script script, CheckCount count) throws InterruptedException {
        String failure = failure(script);
        if (!count.onResult(failure.isEmpty())) {
            return;
        }
        boolean failed = count.isFailed();
        demotion.accept(DemotionSource.of(
                        DemotionSource.TRACK_PREFIX + script.name(),
                        "",
                        failed ? script.demote() : 0,
                        script.name() + (failed ? " failed, " + failure : " succeeded"),
                        System.nanoTime())
                .inGroup(script.group().orElse("")));
    }

    /** Why the check failed; empty when it did not. */
    private static String failure(TrackConfiguration.Script script) throws InterruptedException {
        Optional<String> untrusted = TrustedFile.programProblem(Path.of(script.command()));
        if (untrusted.isPresent()) {
            return script.command() + " is not run: " + untrusted.get();
        }
        Program program = new Program(List.of(script.command()), Map.of(), script.timeout());
        Program.Result result = program.run();
        return result.isSuccess() ? "" : result.text(script.timeout());
    }
}
