// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
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

    @Option(names = "--for", paramLabel = "TIME", description = "With down: up again after this time, such as 10m.")
    private @Nullable String duration;

    @Override
    public Integer call() {
        return carpctl.ask(
                duration == null
                        ? List.of("vhid", name, verb.name())
                        : List.of("vhid", name, verb.name(), "--for=" + duration));
    }
}
