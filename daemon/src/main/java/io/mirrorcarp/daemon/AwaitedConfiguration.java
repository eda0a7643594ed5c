// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.parser.ConfigurationResult;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.host.ConfigurationFile;
import io.mirrorcarp.daemon.host.TrialFile;
import io.mirrorcarp.daemon.systemd.ServiceNotices;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the configuration at the start; where a key file that it names is not there yet, until it comes. A fault of the file itself ends the process. */
final class AwaitedConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger("config");

    private static final long POLL_MILLIS = 500;

    private final String file;
    private final ServiceNotices notices;
    private List<String> told = List.of();

    /** @param notices told what is waited for: a boot must not wait for it as well */
    AwaitedConfiguration(String file, ServiceNotices notices) {
        this.file = file;
        this.notices = notices;
    }

    /** The configuration. Does not return where it has a fault. */
    Configuration read() throws InterruptedException {
        takeBackTrial();
        ConfigurationResult result = ConfigurationFile.loadToRun(file);
        while (result.configuration().isEmpty()) {
            if (!result.faults().isEmpty()) {
                result.faultLines().forEach(System.err::println);
                result.awaitedLines().forEach(System.err::println);
                Lifetime.exit(ExitStatus.CONFIGURATION_INVALID);
            }
            tell(result.awaitedLines());
            notices.alive();
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            result = ConfigurationFile.loadToRun(file);
        }
        result.warnings().forEach(warning -> LOG.warn("{}:{}: {}", file, warning.location(), warning.message()));
        return result.configuration().get();
    }

    /** A change that was tried when carpd stopped is one that nobody confirmed. */
    private void takeBackTrial() {
        try {
            if (new TrialFile(file).takeBack()) {
                LOG.warn("a change of {} was not confirmed before carpd ended: the file is as before it", file);
            }
        } catch (NoSuchFileException expected) {
            // That the file itself is not there is said when it is read.
        } catch (IOException e) {
            LOG.warn("a change of {} that was not confirmed cannot be taken back: {}", file, e.toString());
        }
    }

    private void tell(List<String> awaited) {
        if (!awaited.equals(told)) {
            told = awaited;
            awaited.forEach(line -> LOG.warn("{}; waiting for it", line));
            notices.ready();
            notices.status("waiting: " + awaited.get(0));
        }
    }
}
