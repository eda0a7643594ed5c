// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import java.util.ArrayList;
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

    @Option(names = "--force", description = "Leave the others of its group where they are.")
    private boolean force;

    @Override
    public Integer call() {
        List<String> request = new ArrayList<>(List.of("vhid", name, verb.name()));
        if (duration != null) {
            request.add("--for=" + duration);
        }
        if (force) {
            request.add("--force");
        }
        return carpctl.ask(request);
    }
}
