// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.proto.control.Request;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code carpctl passphrase rotate --both}. */
@Command(
        name = "passphrase",
        description =
                "Draws new passphrases, and gives them to all nodes over the sealed channel. At each moment every node"
                        + " accepts what the others send, so no role changes. They are written into the files of passFile.")
final class PassphraseCommand implements Callable<Integer> {
    @ParentCommand
    private Carpctl carpctl;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "rotate", description = "rotate.")
    private String verb;

    @Option(names = "--both", required = true, description = "On all nodes; there is no other way.")
    @SuppressWarnings("UnusedVariable") // picocli demands it
    private boolean both;

    @Override
    public Integer call() {
        if (!verb.equals("rotate")) {
            throw new ParameterException(spec.commandLine(), "passphrase takes rotate, not \"" + verb + "\"");
        }
        return carpctl.ask(Request.newBuilder().setPassphraseRotate(Request.PassphraseRotate.getDefaultInstance()));
    }
}
