// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.control.ExitStatus;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description = "Print what completes carpctl in a shell: source <(carpctl completion bash)",
        synopsisSubcommandLabel = "SHELL")
final class CompletionCommand implements Runnable {
    @ParentCommand
    private Carpctl carpctl;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a shell is missing: bash or zsh");
    }

    @Command(name = "bash", description = "For bash.")
    int bash() {
        carpctl.out().println(AutoComplete.bash("carpctl", spec.root().commandLine()));
        return ExitStatus.OK;
    }

    /** The script loads zsh's own support for completions of bash. */
    @Command(name = "zsh", description = "For zsh.")
    int zsh() {
        return bash();
    }
}
