// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.proto.control.Request;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "failover",
        description =
                "Hands over to the peer without a loss: waits until it holds every state, and until it is master of all."
                        + " Exit status 5, and all is as before, where that does not come about in time.",
        footer = {
            "",
            "This node stays demoted, and does not take the addresses back, until the peer fails, is demoted or hands back;"
                    + " carpctl demote --reset ends that too.",
            "",
            "Examples:",
            "  carpctl failover",
            "  carpctl failover --to fw-b --wait 30s"
        })
final class FailoverCommand implements Callable<Integer> {
    @ParentCommand
    private Carpctl carpctl;

    @Option(names = "--to", paramLabel = "NODE", description = "Only to this node, by its name.")
    private @Nullable String node;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = Span.class,
            description = "How long it may take, at most 10m (default: ${DEFAULT-VALUE}).")
    private Duration wait = Duration.ZERO;

    @Option(
            names = "--force",
            description = "Also to a peer that says that it could not carry the connections on: they may be lost.")
    private boolean force;

    @Override
    public Integer call() {
        Request.Failover.Builder failover =
                Request.Failover.newBuilder().setWaitMillis(wait.toMillis()).setForce(force);
        if (node != null) {
            failover.setTo(node);
        }
        return carpctl.ask(Request.newBuilder().setFailover(failover));
    }
}
