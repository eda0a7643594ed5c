// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGUSR1 and SIGUSR2 have the status logged, SIGHUP reads the configuration again; none of them ends the process. SIGTERM and SIGINT are the JVM's, which then
 * runs the shutdown hooks.
 *
 * <p>The JVM has no public interface for signals, and {@code sun.misc.Signal} cannot be named without a warning of the compiler: it is called by reflection.
 * {@code bin/carpd} moves the JVM's own use of SIGUSR2 away, and ignores both until this class handles them.
 */
final class Signals {
    /** What to do; called on a thread of the signal's own. */
    interface Receiver {
        /** Logs how the node stands. */
        void logStatus();

        /** Reads the configuration again. */
        void reload();
    }

    private static final Logger LOG = LoggerFactory.getLogger("carpd");

    private static volatile Receiver receiver = new Starting();

    private Signals() {}

    /** Handles the signals from now on; before {@link #serve} they only say that the node starts. */
    static void install() {
        handle("HUP", () -> receiver.reload());
        handle("USR1", () -> receiver.logStatus());
        handle("USR2", () -> receiver.logStatus());
    }

    /** From now on the signals are for this one. */
    static void serve(Receiver running) {
        receiver = running;
    }

    private static void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy =
                    Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, (p, m, a) -> {
                        action.run();
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            LOG.warn("SIG{} is not handled: this JVM keeps it for itself", name);
        }
    }

    private static final class Starting implements Receiver {
        @Override
        public void logStatus() {
            LOG.info("starting; there is no status yet");
        }

        @Override
        public void reload() {
            LOG.info("starting; the configuration is being read anyway");
        }
    }
}
