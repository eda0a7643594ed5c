// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.hooks;

import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.program.HookServant;
import io.mirrorcarp.daemon.program.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs the hooks on a thread of its own: one event after the other, in the order in which they came, and for each every hook in the order of the names.
 * The election waits for nothing of it. What they write, and how they fail, goes to the event log.
 */
public final class Hooks {
    /** As many events may wait; later ones are dropped and reported, so that a hook that hangs costs no memory. */
    static final int QUEUE_LENGTH = 64;

    private static final String SUBJECT = "hooks";
    private static final long POLL_MILLIS = 100;
    private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final HookDirectory directory;
    private final Duration timeout;
    private final String node;
    private final EventLog events;
    private final BlockingQueue<HookEvent> queue = new ArrayBlockingQueue<>(QUEUE_LENGTH);
    private final AtomicBoolean dropping = new AtomicBoolean();
    private final Optional<HookServant> servant = HookServant.find();
    private final Map<Path, String> told = new HashMap<>();
    private final Thread thread = new Thread(this::run, "hooks");
    private volatile @Nullable Runnable whenReady;
    private volatile boolean closing;
    private long askAtNanos = System.nanoTime();

    /**
     * Starts the thread.
     *
     * @param timeout how long each hook may run
     * @param node the name of this node
     */
    public Hooks(Path directory, Duration timeout, String node, EventLog events) {
        this.directory = new HookDirectory(directory);
        this.timeout = timeout;
        this.node = node;
        this.events = events;
        thread.setDaemon(true);
        thread.start();
    }

    /** Has the hooks told of it. Any thread; returns at once. */
    public void post(HookEvent event) {
        if (queue.offer(event)) {
            dropping.set(false);
        } else if (!dropping.getAndSet(true)) {
            events.warn(SUBJECT, "dropped " + event.text() + ": " + QUEUE_LENGTH + " events wait for a hook to end");
        }
    }

    /**
     * Asks the hooks each second whether the services are ready, until each of them ends with status 0, and then runs what is given, on the hooks' thread.
     * Where there is no hook there is nobody to ask, and it never runs.
     */
    public void askWhetherReady(Runnable ready) {
        whenReady = ready;
    }

    /** Asks no more. */
    public void stopAsking() {
        whenReady = null;
    }

    /** Waits until the hooks have heard what was posted, and ends them when the limit is over. Blocks. */
    public void close(Duration limit) throws InterruptedException {
        closing = true;
        whenReady = null;
        thread.join(limit.toMillis());
        thread.interrupt();
        thread.join(TimeUnit.SECONDS.toMillis(1));
    }

    private void run() {
        try {
            tellRefused(directory.list().refused());
            while (!closing || !queue.isEmpty()) {
                Optional<HookEvent> event = next();
                if (event.isPresent()) {
                    runAll(event.get());
                } else {
                    askWhoIsReady();
                }
            }
        } catch (InterruptedException expected) {
            // The time for the last words is over.
        }
    }

    private Optional<HookEvent> next() throws InterruptedException {
        return Optional.ofNullable(queue.poll(closing ? 0 : POLL_MILLIS, TimeUnit.MILLISECONDS));
    }

    private void askWhoIsReady() throws InterruptedException {
        Runnable ready = whenReady;
        if (ready == null || System.nanoTime() - askAtNanos < 0) {
            return;
        }
        askAtNanos = System.nanoTime() + ASK_AGAIN_NANOS;
        List<Program.Result> results = runAll(HookEvent.start());
        if (!results.isEmpty() && results.stream().allMatch(Program.Result::isSuccess)) {
            whenReady = null;
            ready.run();
        }
    }

    private List<Program.Result> runAll(HookEvent event) throws InterruptedException {
        HookDirectory.Listing listing = directory.list();
        tellRefused(listing.refused());
        List<Program.Result> results = new ArrayList<>();
        for (Path hook : listing.hooks()) {
            results.add(run(hook, event));
        }
        return results;
    }

    private Program.Result run(Path hook, HookEvent event) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(hook.toString()));
        command.addAll(event.arguments());
        Program program = new Program(command, event.environment(node), timeout);
        Program.Result result = servant.isPresent() ? servant.get().run(program) : program.run();
        String name = String.valueOf(hook.getFileName());
        if (result.isSuccess()) {
            result.output().forEach(line -> events.report(SUBJECT, name + ": " + line));
        } else if (!event.state().equals(HookEvent.START)) {
            events.warn(SUBJECT, name + " " + event.text() + ": " + result.text(timeout));
        }
        return result;
    }

    /** Each once, until the reason changes. */
    private void tellRefused(Map<Path, String> refused) {
        refused.forEach((path, why) -> {
            if (!why.equals(told.put(path, why))) {
                events.warn(SUBJECT, path + " is not run: " + why);
            }
        });
        told.keySet().retainAll(refused.keySet());
    }
}
