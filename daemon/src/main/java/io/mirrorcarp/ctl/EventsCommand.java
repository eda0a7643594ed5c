// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(name = "events", description = "What happened: changes of state, demotion, bulk updates.")
final class EventsCommand implements Callable<Integer> {
    @ParentCommand
    private Carpctl carpctl;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with each new event, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            defaultValue = "20",
            description = "Begin with the latest N, 0 to 1000 (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(names = "--json", description = "For programs, one object on each line.")
    private boolean json;

    @Override
    public Integer call() {
        List<String> request = new ArrayList<>(List.of("events", "--count=" + count));
        if (follow) {
            request.add("--follow");
        }
        if (json) {
            request.add("--json");
        }
        return carpctl.ask(request);
    }
}
