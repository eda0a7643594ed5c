// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.proto.control.Request;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "maintenance",
        description = "Keeps this node out of the way of its peer, over restarts too, until it is turned off.")
final class MaintenanceCommand implements Callable<Integer> {
    /** What can be done with it. */
    enum Verb {
        on,
        off
    }

    @ParentCommand
    private Carpctl carpctl;

    @Parameters(index = "0", paramLabel = "VERB", description = "One of ${COMPLETION-CANDIDATES}.")
    private Verb verb;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; status and the log show it.")
    private @Nullable String reason;

    @Option(
            names = "--force",
            description = "Also where the peers say that they could not take over: connections may be lost.")
    private boolean force;

    @Override
    public Integer call() {
        Request.Maintenance.Builder maintenance =
                Request.Maintenance.newBuilder().setOn(verb == Verb.on).setForce(force);
        if (reason != null) {
            maintenance.setReason(reason);
        }
        return carpctl.ask(Request.newBuilder().setMaintenance(maintenance));
    }
}
