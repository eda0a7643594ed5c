// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code carpctl lab}: shows on one machine that a connection survives the death of a firewall. */
@Command(
        name = "lab",
        description = "Two firewalls, a client and a server in network namespaces of this machine. Needs root.",
        mixinStandardHelpOptions = true)
public final class LabCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private LabCommand() {}

    /**
     * Runs the words after {@code carpctl lab}.
     *
     * @return the exit status: 0 ok, 1 failed, 2 usage
     */
    public static int run(List<String> arguments, PrintStream out, PrintStream err) {
        return new CommandLine(new LabCommand())
                .addSubcommand(new RunCommand(out, err))
                .addSubcommand(new UpCommand(out))
                .addSubcommand(new DownCommand(out))
                .addSubcommand(new StatusCommand(out))
                .setOut(new PrintWriter(out, true, UTF_8))
                .setErr(new PrintWriter(err, true, UTF_8))
                .setExecutionExceptionHandler(new FailureInWords())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments.toArray(String[]::new));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one: run, up, down or status?");
    }
}
