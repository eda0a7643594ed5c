// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.control.ExitStatus;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that is part of the interface and whose feature comes later: known, so that it is not taken for a typing error. */
@Command(hidden = true)
final class NotThereYet implements Callable<Integer> {
    private static final List<String> COMMANDS = List.of();

    @Spec
    private CommandSpec spec;

    /** Adds those that the line may name. */
    static void addTo(CommandLine root, Set<String> arguments) {
        COMMANDS.stream().filter(arguments::contains).forEach(name -> root.addSubcommand(name, command()));
    }

    private static CommandLine command() {
        return new CommandLine(new NotThereYet()).setUnmatchedArgumentsAllowed(true);
    }

    @Override
    public Integer call() {
        spec.commandLine().getErr().println(spec.qualifiedName() + ": not there yet");
        return ExitStatus.FAILED;
    }
}
