// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(name = "stats", description = "The counters, as netstat -s names them.")
final class StatsCommand implements Callable<Integer> {
    /** What can be counted. */
    enum Protocol {
        carp,
        pfsync,
        conntrack
    }

    @ParentCommand
    private Carpctl carpctl;

    @Option(
            names = {"-p", "--protocol"},
            paramLabel = "PROTOCOL",
            description = "Only one: ${COMPLETION-CANDIDATES}.")
    private @Nullable Protocol protocol;

    @Option(names = "--json", description = "For programs.")
    private boolean json;

    @Override
    public Integer call() {
        List<String> request = new ArrayList<>(List.of("stats"));
        if (protocol != null) {
            request.add("--protocol=" + protocol);
        }
        if (json) {
            request.add("--json");
        }
        return carpctl.ask(request);
    }
}
