// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "sysctl",
        description =
                "The sysctls net.inet.carp.{allow,preempt,log,arpbalance,suppress_preempt,demotion} of the daemon."
                        + " Writing demotion=N adds N.")
final class SysctlCommand implements Callable<Integer> {
    @ParentCommand
    private Carpctl carpctl;

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME[=VALUE]",
            description = "The whole name or its last part. Without it, all are shown.")
    private @Nullable String assignment;

    @Override
    public Integer call() {
        return carpctl.ask(assignment == null ? List.of("sysctl") : List.of("sysctl", assignment));
    }
}
