// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.host.ConfigurationFile;
import io.mirrorcarp.daemon.host.Rights;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** carpd: reads its configuration, runs until SIGTERM or SIGINT, and leaves nothing behind. {@link Signals} has the other signals. */
public final class Main {
    private static final String USAGE =
            "usage: carpd [--config FILE] [--clean-up]   (default " + ConfigurationFile.DEFAULT_PATH + ")";

    private Main() {}

    /**
     * Runs the daemon, or with {@code --clean-up} removes what one left that was killed. Exit status: 0 after a signal, 1 when it could not start or go on, 2 usage, 4 configuration invalid.
     */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length == 1 && arguments[0].equals("--help")) {
            System.out.println(USAGE);
            return;
        }
        List<String> rest = new ArrayList<>(List.of(arguments));
        boolean cleanUp = rest.remove("--clean-up");
        if (!rest.isEmpty() && !(rest.size() == 2 && rest.get(0).equals("--config"))) {
            System.err.println(USAGE);
            System.exit(ExitStatus.USAGE);
        }
        beginLog();
        String file = rest.isEmpty() ? ConfigurationFile.DEFAULT_PATH : rest.get(1);
        if (cleanUp) {
            Recovery.run(ConfigurationFile.controlSocket(file), new KernelGround());
            Lifetime.exit(ExitStatus.OK);
        }
        Signals.install();
        run(file, Lifetime.begin());
    }

    private static void run(String file, Lifetime lifetime) throws InterruptedException {
        Preparation preparation = new Preparation();
        Recovery.run(ConfigurationFile.controlSocket(file), new KernelGround());
        try {
            Configuration configuration = new AwaitedConfiguration(file, lifetime.notices()).read();
            Rights.missing(Rights.held()).ifPresent(sentence -> {
                LoggerFactory.getLogger("carpd").error(sentence);
                Lifetime.exit(ExitStatus.FAILED);
            });
            Wiring wiring = new Wiring(file, configuration, new KernelGround(), preparation.await(), lifetime::failed);
            lifetime.run(wiring);
        } catch (RuntimeException | LinkageError e) {
            // Threads of Vert.x would keep the process, and with it the addresses' ghost, alive.
            lifetime.failed(e);
            Lifetime.exit(ExitStatus.FAILED);
        }
    }

    /** Before any other thread logs: SLF4J would tell of itself. */
    private static void beginLog() {
        Logger log = LoggerFactory.getLogger("carpd");
        Thread main = Thread.currentThread();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            log.error("thread " + thread.getName() + " failed", failure);
            if (thread.equals(main)) {
                // Nobody would start the node then, and whoever supervises the process would not know.
                Lifetime.exit(ExitStatus.FAILED);
            }
        });
    }
}
