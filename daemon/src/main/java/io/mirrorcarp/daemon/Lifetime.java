// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.host.NativeLibraries;
import io.mirrorcarp.daemon.host.Rights;
import io.mirrorcarp.daemon.logging.StandardErrorLog;
import io.mirrorcarp.daemon.systemd.ServiceNotices;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From the first instruction of the process to its last: a signal stops what runs by then, and the process ends with a status of its own. */
final class Lifetime {
    private static final Logger LOG = LoggerFactory.getLogger("carpd");

    /** The peers must not wait for a node that cannot finish: systemd would kill it at last. */
    private static final long STOP_LIMIT_SECONDS = 8;

    private final CountDownLatch end = new CountDownLatch(1);
    private final ServiceNotices notices =
            ServiceNotices.of(System.getenv(), ProcessHandle.current().pid());
    private volatile int exitStatus = ExitStatus.OK;
    private volatile @Nullable Wiring running;
    /** A signal has ended it. */
    private volatile boolean asked;

    private Lifetime() {}

    /** SIGTERM and SIGINT end it from now on; more of them are as patient as the first. */
    static Lifetime begin() {
        Lifetime lifetime = new Lifetime();
        Runtime.getRuntime().addShutdownHook(new Thread(lifetime::finish, "shutdown"));
        return lifetime;
    }

    /** Runs the node until a signal or a failure. Does not return. */
    void run(Wiring wiring) throws InterruptedException {
        running = wiring;
        wiring.start().onSuccess(started -> begun(wiring)).onFailure(failure -> {
            String reason = Objects.requireNonNullElse(failure.getMessage(), failure.toString());
            if (asked) {
                // The start ends early since it is told to: that is what was wanted.
                LOG.info(reason);
            } else {
                LOG.error(reason + Rights.wayOut(failure));
                exitStatus = ExitStatus.FAILED;
            }
            end.countDown();
        });
        end.await();
        System.exit(exitStatus);
    }

    private void begun(Wiring wiring) {
        HeapCare.begin();
        wiring.serve(notices);
    }

    /** To whoever started the process. */
    ServiceNotices notices() {
        return notices;
    }

    /** The node cannot go on. Any thread. */
    void failed(Throwable failure) {
        tell(failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure);
        exitStatus = ExitStatus.FAILED;
        end.countDown();
    }

    private static void tell(Throwable failure) {
        if (failure instanceof LinkageError) {
            LOG.error(NativeLibraries.WAY_OUT);
            LOG.debug("what could not be loaded", failure);
        } else {
            LOG.error("cannot go on", failure);
        }
    }

    /** Ends the process while nothing runs that would have to be stopped. */
    static void exit(int status) {
        StandardErrorLog.flush();
        Runtime.getRuntime().halt(status);
    }

    /** Ends the process with its own status: the JVM's after SIGTERM would be 143. */
    private void finish() {
        // Also run at the end of a process that failed: its status stays.
        asked = end.getCount() > 0;
        end.countDown();
        notices.stopping();
        boolean clean = running == null || stop(running);
        exit(clean ? exitStatus : ExitStatus.FAILED);
    }

    private static boolean stop(Wiring wiring) {
        CountDownLatch stopped = new CountDownLatch(1);
        AtomicBoolean clean = new AtomicBoolean();
        wiring.stop().onComplete(done -> {
            clean.set(done.succeeded());
            stopped.countDown();
        });
        try {
            return stopped.await(STOP_LIMIT_SECONDS, TimeUnit.SECONDS) && clean.get();
        } catch (InterruptedException e) {
            return false;
        }
    }
}
