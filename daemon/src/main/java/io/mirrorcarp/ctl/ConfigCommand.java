// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.config.Settings;
import io.mirrorcarp.daemon.config.parser.ConfigurationPrinter;
import io.mirrorcarp.daemon.config.parser.ConfigurationResult;
import io.mirrorcarp.daemon.config.parser.SettingsOf;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.host.ConfigurationFile;
import io.mirrorcarp.proto.control.Request;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "config",
        description = "The configuration file. check and show need no daemon.",
        synopsisSubcommandLabel = "COMMAND")
final class ConfigCommand implements Runnable {
    private static final String DEFAULT_FILE =
            "Default: the file of the carpd that answers, or " + ConfigurationFile.DEFAULT_PATH + ".";

    @ParentCommand
    private Carpctl carpctl;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: check, show or diff");
    }

    @Command(name = "check", description = "Tell every fault of a file, with its line and column.")
    int check(@Parameters(arity = "0..1", paramLabel = "FILE", description = DEFAULT_FILE) @Nullable String given) {
        String file = file(given);
        ConfigurationResult result = load(file);
        if (result.configuration().isPresent()) {
            carpctl.out().println(file + ": ok");
        }
        return status(result);
    }

    @Command(name = "show", description = "Print it with every default; secrets are not shown.")
    int show(@Parameters(arity = "0..1", paramLabel = "FILE", description = DEFAULT_FILE) @Nullable String given) {
        String file = file(given);
        ConfigurationResult result = load(file);
        if (given == null && result.configuration().isPresent()) {
            carpctl.out().println("# " + file);
        }
        result.configuration()
                .ifPresent(configuration -> carpctl.out().print(ConfigurationPrinter.print(configuration)));
        return status(result);
    }

    @Command(
            name = "diff",
            description = "Tell what differs between a file and what is in force, or between this node and its peers."
                    + " Exits with 5 where something does.")
    int diff(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "FILE",
                            description = "Compared with what is in force. " + DEFAULT_FILE)
                    @Nullable
                    String given,
            @Option(
                            names = "--peer",
                            description =
                                    "Compare what must be alike on all nodes: addresses, vhids, keys, passphrases,"
                                            + " filters, versions, limits of the kernel's table.")
                    boolean peer,
            @Option(names = "--json", description = "With --peer: print JSON.") boolean json) {
        if (peer) {
            return carpctl.ask(Request.newBuilder()
                    .setConfigDiff(Request.ConfigDiff.newBuilder().setJson(json)));
        }
        if (json) {
            throw new ParameterException(spec.commandLine(), "--json goes with --peer");
        }
        String file = file(given);
        ConfigurationResult result = load(file);
        return result.configuration().isPresent()
                ? compare(file, SettingsOf.all(result.configuration().get()))
                : ExitStatus.CONFIGURATION_INVALID;
    }

    private int compare(String file, Settings read) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        int status = carpctl.ask(
                Request.newBuilder().setConfigSettings(Request.ConfigSettings.getDefaultInstance()),
                new PrintStream(answer, true, StandardCharsets.UTF_8));
        if (status != ExitStatus.OK) {
            return status;
        }
        List<Settings.Difference> differences =
                Settings.parse(answer.toString(StandardCharsets.UTF_8)).differences(read);
        differences.forEach(difference -> carpctl.out().println(difference.text("in force", "in " + file)));
        if (differences.isEmpty()) {
            carpctl.out().println(file + ": what it says is in force");
        }
        return differences.isEmpty() ? ExitStatus.OK : ExitStatus.NOT_IN_WANTED_STATE;
    }

    /** The file that was named; else that of the daemon at the socket; else the one that a daemon would take. */
    private String file(@Nullable String given) {
        if (given != null) {
            return given;
        }
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        int status = carpctl.ask(
                Request.newBuilder().setConfigFile(Request.ConfigFile.getDefaultInstance()),
                new PrintStream(answer, true, StandardCharsets.UTF_8),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
        return status == ExitStatus.OK
                ? answer.toString(StandardCharsets.UTF_8).strip()
                : ConfigurationFile.DEFAULT_PATH;
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
