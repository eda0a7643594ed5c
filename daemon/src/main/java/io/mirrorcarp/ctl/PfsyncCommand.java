// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.proto.control.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "pfsync", description = "The state channel.", synopsisSubcommandLabel = "COMMAND")
final class PfsyncCommand implements Runnable {
    @ParentCommand
    private Carpctl carpctl;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: bulk or verify");
    }

    @Command(name = "verify", description = "Compare digests with the peers, repair what differs, and name it.")
    int verify() {
        return carpctl.ask(Request.newBuilder().setPfsyncVerify(Request.PfsyncVerify.getDefaultInstance()));
    }

    @Command(name = "bulk", description = "Ask the peer for its whole table.")
    int bulk() {
        return carpctl.ask(Request.newBuilder().setPfsyncBulk(Request.PfsyncBulk.getDefaultInstance()));
    }
}
