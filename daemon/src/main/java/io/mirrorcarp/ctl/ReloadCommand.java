// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "reload",
        description = "Has the daemon read the keys of the state channel again; other changes need a restart.")
final class ReloadCommand implements Callable<Integer> {
    @ParentCommand
    private Carpctl carpctl;

    @Option(names = "--dry-run", description = "Only say what would change.")
    private boolean dryRun;

    @Override
    public Integer call() {
        return carpctl.ask(dryRun ? List.of("reload", "--dry-run") : List.of("reload"));
    }
}
