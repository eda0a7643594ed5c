// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.proto.control.Request;
import io.mirrorcarp.proto.control.StateChoice;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "states",
        description = "Lists the states of the kernel's table as conntrack -L does, each with the node that owns it.",
        synopsisSubcommandLabel = "[delete | flush]",
        footer = {
            "",
            "Examples:",
            "  carpctl states --src 10.0.0.0/24 --proto tcp --dport 443",
            "  carpctl states --owner fw-b --summary",
            "  carpctl states --missing --on fw-b",
            "  carpctl states delete --src 10.0.0.7",
            "  carpctl states flush"
        })
final class StatesCommand implements Callable<Integer> {
    @ParentCommand
    private Carpctl carpctl;

    @Spec
    private CommandSpec spec;

    @Mixin
    private StateOptions filter = new StateOptions();

    @Option(names = "--summary", description = "Only how many there are, by their protocols.")
    private boolean summary;

    @Option(names = "--missing", description = "In place of states: the changes that a peer has not acknowledged.")
    private boolean missing;

    @Option(names = "--on", paramLabel = "PEER", description = "With --missing: only this peer, by its node name.")
    private @Nullable String peer;

    @Option(names = "--json", description = "For programs; one object in each line.")
    private boolean json;

    @Override
    public Integer call() {
        if (peer != null && !missing) {
            throw new ParameterException(
                    spec.commandLine(), "--on goes with --missing only; --owner NODE lists the states of a node");
        }
        StateChoice choice = filter.choice();
        if (!missing) {
            return carpctl.ask(Request.newBuilder()
                    .setStates(Request.States.newBuilder()
                            .setChoice(choice)
                            .setSummary(summary)
                            .setJson(json)));
        }
        if (summary || !choice.equals(StateChoice.getDefaultInstance())) {
            throw new ParameterException(spec.commandLine(), "--missing goes with --on and --json only");
        }
        Request.MissingStates.Builder changes =
                Request.MissingStates.newBuilder().setJson(json);
        if (peer != null) {
            changes.setOn(peer);
        }
        return carpctl.ask(Request.newBuilder().setMissingStates(changes));
    }

    @Command(
            name = "delete",
            description = "Deletes the states that the filter chooses, on this node and on its peers.",
            footer = {"", "Example:", "  carpctl states delete --proto tcp --dst 192.0.2.9 --dport 25"})
    int delete(@Mixin StateOptions chosen) {
        return carpctl.ask(Request.newBuilder()
                .setStatesDelete(Request.StatesDelete.newBuilder().setChoice(chosen.choice())));
    }

    @Command(
            name = "flush",
            description = "Deletes every state, on this node and on its peers. Asks before, on a terminal.",
            footer = {
                "",
                "Connections whose addresses are translated break. Others go on where the packet filter lets them begin in the middle.",
                "",
                "Example:",
                "  carpctl states flush --yes"
            })
    int flush(@Option(names = "--yes", description = "Do not ask.") boolean yes) {
        if (!yes
                && !Question.isAnsweredYes(
                        carpctl,
                        spec.commandLine(),
                        "Delete every state on this node and its peers? Translated connections break.")) {
            return ExitStatus.FAILED;
        }
        return carpctl.ask(Request.newBuilder().setStatesFlush(Request.StatesFlush.getDefaultInstance()));
    }
}
