// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code carpctl passphrase rotate --both}. */
@Command(
        name = "passphrase",
        description =
                "Draws new passphrases, and gives them to all nodes over the sealed channel. At each moment every node"
                        + " accepts what the others send, so no role changes. They are written into the files of passFile.")
final class PassphraseCommand implements Callable<Integer> {
    @ParentCommand
    private Carpctl carpctl;

    @Parameters(paramLabel = "rotate", description = "rotate.")
    private String verb;

    @Option(names = "--both", required = true, description = "On all nodes; there is no other way.")
    private boolean both;

    @Override
    public Integer call() {
        return carpctl.ask(both ? List.of("passphrase", verb, "--both") : List.of("passphrase", verb));
    }
}
