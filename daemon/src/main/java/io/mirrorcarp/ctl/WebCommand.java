// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "web",
        description = "Who may use the web pages, and their certificate.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {WebUserCommand.class, WebTokenCommand.class, WebCertCommand.class})
final class WebCommand implements Runnable {
    @ParentCommand
    private Carpctl carpctl;

    @Spec
    private CommandSpec spec;

    Carpctl carpctl() {
        return carpctl;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: user, token or cert");
    }
}
