// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "vhid", description = "Nudges a virtual host.")
final class VhidCommand implements Callable<Integer> {
    /** Where it can be sent. */
    enum Verb {
        down,
        up,
        master,
        backup
    }

    @ParentCommand
    private Carpctl carpctl;

    @Parameters(index = "0", paramLabel = "NAME", description = "The NAME of its [carp.NAME] table.")
    private String name;

    @Parameters(index = "1", paramLabel = "VERB", description = "One of ${COMPLETION-CANDIDATES}.")
    private Verb verb;

    @Override
    public Integer call() {
        return carpctl.ask(List.of("vhid", name, verb.name()));
    }
}
