// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.parser.ConfigurationResult;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.host.ConfigurationFile;
import io.mirrorcarp.daemon.logging.StandardErrorLog;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** carpd: reads its configuration, runs until SIGTERM or SIGINT, and leaves nothing behind. {@link Signals} has the other signals. */
public final class Main {
    /** The peers must not wait for a node that cannot finish: systemd would kill it at last. */
    private static final long STOP_LIMIT_SECONDS = 8;

    private static final String USAGE =
            "usage: carpd [--config FILE]   (default " + ConfigurationFile.DEFAULT_PATH + ")";

    private Main() {}

    /** Runs the daemon. Exit status: 0 after a signal, 1 when it could not start or go on, 2 usage, 4 configuration invalid. */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length == 1 && arguments[0].equals("--help")) {
            System.out.println(USAGE);
            return;
        }
        if (arguments.length != 0 && !(arguments.length == 2 && arguments[0].equals("--config"))) {
            System.err.println(USAGE);
            System.exit(ExitStatus.USAGE);
        }
        beginLog();
        Signals.install();
        String file = arguments.length == 0 ? ConfigurationFile.DEFAULT_PATH : arguments[1];
        Preparation preparation = new Preparation();
        Recovery.run(ConfigurationFile.controlSocket(file), new KernelGround());
        Configuration configuration = load(file);
        try {
            run(file, configuration, preparation);
        } catch (RuntimeException | LinkageError e) {
            // Threads of Vert.x would keep the process, and with it the addresses' ghost, alive.
            LoggerFactory.getLogger("carpd").error("cannot start", e);
            StandardErrorLog.flush();
            System.exit(ExitStatus.FAILED);
        }
    }

    /** Before any other thread logs: SLF4J would tell of itself. */
    private static void beginLog() {
        Logger log = LoggerFactory.getLogger("carpd");
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, failure) -> log.error("thread " + thread.getName() + " failed", failure));
    }

    private static Configuration load(String file) {
        ConfigurationResult result = ConfigurationFile.load(file);
        if (result.configuration().isEmpty()) {
            result.faultLines().forEach(System.err::println);
            System.exit(ExitStatus.CONFIGURATION_INVALID);
        }
        Logger log = LoggerFactory.getLogger("config");
        result.warningLines().forEach(log::warn);
        return result.configuration().orElseThrow();
    }

    private static void run(String file, Configuration configuration, Preparation preparation)
            throws InterruptedException {
        Logger log = LoggerFactory.getLogger("carpd");
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger exitStatus = new AtomicInteger(ExitStatus.OK);
        Wiring wiring = new Wiring(file, configuration, new KernelGround(), preparation.await(), failure -> {
            log.error("cannot go on", failure);
            exitStatus.set(ExitStatus.FAILED);
            end.countDown();
        });
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            end.countDown();
                            finish(wiring, exitStatus.get());
                        },
                        "shutdown"));
        wiring.start().onSuccess(started -> HeapCare.begin()).onFailure(failure -> {
            log.error(failure.getMessage() == null ? failure.toString() : failure.getMessage());
            exitStatus.set(ExitStatus.FAILED);
            end.countDown();
        });
        end.await();
        System.exit(exitStatus.get());
    }

    /** Ends the process with its own status: the JVM's after SIGTERM would be 143. */
    private static void finish(Wiring wiring, int exitStatus) {
        CountDownLatch stopped = new CountDownLatch(1);
        AtomicBoolean clean = new AtomicBoolean();
        wiring.stop().onComplete(done -> {
            clean.set(done.succeeded());
            stopped.countDown();
        });
        try {
            boolean inTime = stopped.await(STOP_LIMIT_SECONDS, TimeUnit.SECONDS);
            StandardErrorLog.flush();
            Runtime.getRuntime().halt(inTime && clean.get() ? exitStatus : ExitStatus.FAILED);
        } catch (InterruptedException e) {
            Runtime.getRuntime().halt(ExitStatus.FAILED);
        }
    }
}
