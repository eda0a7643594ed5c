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
        name = "carpctl lab",
        description = "Two firewalls, a client and a server in network namespaces of this machine. Needs root.",
        footer = {"", "Examples:", "  sudo carpctl lab run", "  sudo carpctl lab down"})
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
        CommandLine lab = new CommandLine(new LabCommand())
                .addSubcommand(new RunCommand(out, err))
                .addSubcommand(new UpCommand(out))
                .addSubcommand(new FailCommand(out))
                .addSubcommand(new DownCommand(out))
                .addSubcommand(new StatusCommand(out));
        lab.addMixin("help", new HelpOption());
        lab.getSubcommands().values().forEach(verb -> verb.addMixin("help", new HelpOption()));
        return lab.setOut(new PrintWriter(out, true, UTF_8))
                .setErr(new PrintWriter(err, true, UTF_8))
                .setParameterExceptionHandler(LabCommand::usage)
                .setExecutionExceptionHandler(new FailureInWords())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments.toArray(String[]::new));
    }

    private static int usage(ParameterException exception, String[] arguments) {
        CommandLine verb = exception.getCommandLine();
        verb.getErr().println("carpctl lab: " + exception.getMessage());
        verb.getErr().println(verb.getCommandSpec().qualifiedName() + " --help tells more");
        return CommandLine.ExitCode.USAGE;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one: run, up, fail, down or status?");
    }
}
