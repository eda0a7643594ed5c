// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(name = "states", description = "What the peers lack of this node's flows.")
final class StatesCommand implements Callable<Integer> {
    @ParentCommand
    private Carpctl carpctl;

    @Option(names = "--missing", required = true, description = "Changes that a peer has not acknowledged.")
    private boolean missing;

    @Option(names = "--on", paramLabel = "PEER", description = "Only this peer, by its node name.")
    private @Nullable String peer;

    @Override
    public Integer call() {
        List<String> request = new ArrayList<>(List.of("states"));
        if (missing) {
            request.add("--missing");
        }
        if (peer != null) {
            request.add("--on=" + peer);
        }
        return carpctl.ask(request);
    }
}
