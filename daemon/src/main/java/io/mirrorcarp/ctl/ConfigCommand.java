// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.config.parser.ConfigurationPrinter;
import io.mirrorcarp.daemon.config.parser.ConfigurationResult;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.host.ConfigurationFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "config", description = "The configuration file. Needs no daemon.", synopsisSubcommandLabel = "COMMAND")
final class ConfigCommand implements Runnable {
    @ParentCommand
    private Carpctl carpctl;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: check or show");
    }

    @Command(name = "check", description = "Tell every fault of a file, with its line and column.")
    int check(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "FILE",
                            defaultValue = ConfigurationFile.DEFAULT_PATH,
                            description = "Default: ${DEFAULT-VALUE}.")
                    String file) {
        ConfigurationResult result = load(file);
        if (result.configuration().isPresent()) {
            carpctl.out().println(file + ": ok");
        }
        return status(result);
    }

    @Command(name = "show", description = "Print it with every default; secrets are not shown.")
    int show(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "FILE",
                            defaultValue = ConfigurationFile.DEFAULT_PATH,
                            description = "Default: ${DEFAULT-VALUE}.")
                    String file) {
        ConfigurationResult result = load(file);
        result.configuration()
                .ifPresent(configuration -> carpctl.out().print(ConfigurationPrinter.print(configuration)));
        return status(result);
    }

    private ConfigurationResult load(String file) {
        ConfigurationResult result = ConfigurationFile.load(file);
        result.warningLines().forEach(carpctl.err()::println);
        result.faultLines().forEach(carpctl.err()::println);
        return result;
    }

    private static int status(ConfigurationResult result) {
        return result.configuration().isPresent() ? ExitStatus.OK : ExitStatus.CONFIGURATION_INVALID;
    }
}
