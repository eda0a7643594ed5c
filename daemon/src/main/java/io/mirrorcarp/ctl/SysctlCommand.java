// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.proto.control.Request;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "sysctl",
        description =
                "The sysctls net.inet.carp.{allow,preempt,log,arpbalance,suppress_preempt,demotion} of the daemon."
                        + " Writing demotion=N adds N.")
final class SysctlCommand implements Callable<Integer> {
    @ParentCommand
    private Carpctl carpctl;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME[=VALUE]",
            description = "The whole name or its last part. Without it, all are shown.")
    private @Nullable String assignment;

    @Override
    public Integer call() {
        Request.Sysctl.Builder sysctl = Request.Sysctl.newBuilder();
        if (assignment != null) {
            String[] parts = assignment.split("=", 2);
            sysctl.setName(parts[0]);
            if (parts.length == 2) {
                sysctl.setValue(number(parts[0], parts[1]));
            }
        }
        return carpctl.ask(Request.newBuilder().setSysctl(sysctl));
    }

    private int number(String name, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new ParameterException(spec.commandLine(), name + " must be a whole number, not " + text);
        }
    }
}
