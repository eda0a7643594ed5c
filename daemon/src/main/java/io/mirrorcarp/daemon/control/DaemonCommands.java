// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the daemon does for those who administer it. Called on the control server's event loop; the future may be completed on any.
 * A future that fails with {@link CommandFailure} tells the user its sentence; any other failure is reported as it is, with status 1.
 */
public interface DaemonCommands {
    Future<Status> status();

    Future<Stats> stats();

    /** Nudges a virtual host. Fails with {@link ExitStatus#NOT_IN_WANTED_STATE} when it does not go where it was sent. */
    Future<Void> vhid(String name, VhidVerb verb);

    /**
     * Demotes the node, with the source "admin"; replaces an earlier such demotion.
     *
     * @param value 1 to 255
     * @param duration after which it ends by itself; empty for {@link #demoteReset()}
     */
    Future<Void> demote(int value, String reason, Optional<Duration> duration);

    /** Ends the demotion by {@link #demote}, and what was written to {@link Sysctl#DEMOTION}. */
    Future<Void> demoteReset();

    /** The value of every sysctl. */
    Future<Map<Sysctl, Integer>> sysctls();

    /** Writes a value that is in range of a sysctl that is writable. {@link Sysctl#DEMOTION} adds it. */
    Future<Void> setSysctl(Sysctl sysctl, int value);

    /** Asks the peers for their whole tables. Completes when the request is sent. */
    Future<Void> pfsyncBulk();
}
