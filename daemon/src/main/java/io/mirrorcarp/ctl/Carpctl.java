// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.config.AdminConfiguration;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.proto.control.Request;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** carpctl: the root of the command tree. */
@Command(
        name = "carpctl",
        description = "Shows and steers carpd.",
        synopsisSubcommandLabel = "COMMAND",
        sortOptions = false,
        footer = {
            "",
            "Exit status: 0 ok, 1 failed, 2 usage, 3 no daemon, 4 configuration invalid, 5 not in the wanted state."
        })
public final class Carpctl implements Runnable {
    /** In the order of the help. */
    private static final Map<String, Supplier<Object>> COMMANDS = commands();

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            scope = ScopeType.INHERIT,
            defaultValue = AdminConfiguration.DEFAULT_SOCKET,
            description = "The control socket of the daemon (default: ${DEFAULT-VALUE}).")
    private String socket;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    @Spec
    private CommandSpec spec;

    private final PrintStream out;
    private final PrintStream err;

    Carpctl(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** The program. */
    public static void main(String[] arguments) {
        AnswerStream answer = new AnswerStream(new FileOutputStream(FileDescriptor.out));
        PrintStream out = new PrintStream(answer, false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), false, StandardCharsets.UTF_8);
        int status = answer.verdict(run(out, err, arguments), out, err);
        err.flush();
        System.exit(status);
    }

    /** What users of other programs type. */
    private static String[] inOurWords(String... arguments) {
        if (arguments.length == 1 && arguments[0].equals("--version")) {
            return new String[] {"version"};
        }
        if (arguments.length == 0 || !arguments[0].equals("help")) {
            return arguments;
        }
        String[] words = Arrays.copyOfRange(arguments, 1, arguments.length + 1);
        words[words.length - 1] = "--help";
        return words;
    }

    static int run(PrintStream out, PrintStream err, String... typed) {
        String[] arguments = inOurWords(typed);
        if (arguments.length > 0 && arguments[0].equals("lab")) {
            return LabEntry.run(List.of(arguments).subList(1, arguments.length), out, err);
        }
        CommandLine commandLine = new CommandLine(new Carpctl(out, err));
        addCommands(commandLine, new HashSet<>(List.of(arguments)));
        // After the commands, since these go to all that are there.
        return commandLine
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler(Carpctl::onUsageError)
                .setExecutionExceptionHandler((exception, line, parsed) -> {
                    err.println("carpctl: " + exception);
                    return isCheck(line) ? toldUnknown(line, exception.toString()) : ExitStatus.FAILED;
                })
                .execute(arguments);
    }

    /** The whole tree, for what is made from it: manual pages and completions. */
    public static CommandLine tree() {
        CommandLine tree = new CommandLine(new Carpctl(System.out, System.err));
        COMMANDS.forEach((name, command) -> tree.addSubcommand(name, withExamples(name, command)));
        return tree;
    }

    private static Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("status", StatusCommand::new);
        commands.put("stats", StatsCommand::new);
        commands.put("events", EventsCommand::new);
        commands.put("vhid", VhidCommand::new);
        commands.put("demote", DemoteCommand::new);
        commands.put("maintenance", MaintenanceCommand::new);
        commands.put("failover", FailoverCommand::new);
        commands.put("ready", ReadyCommand::new);
        commands.put("sysctl", SysctlCommand::new);
        commands.put("pfsync", PfsyncCommand::new);
        commands.put("states", StatesCommand::new);
        commands.put("doctor", DoctorCommand::new);
        commands.put("check", CheckCommand::new);
        commands.put("trace", TraceCommand::new);
        commands.put("top", TopCommand::new);
        commands.put("config", ConfigCommand::new);
        commands.put("init", InitCommand::new);
        commands.put("pair", PairCommand::new);
        commands.put("import", ImportCommand::new);
        commands.put("reload", ReloadCommand::new);
        commands.put("confirm", ConfirmCommand::new);
        commands.put("passphrase", PassphraseCommand::new);
        commands.put("restart", RestartCommand::new);
        commands.put("key", KeyCommand::new);
        commands.put("web", WebCommand::new);
        commands.put("lab", LabEntry::new);
        commands.put("completion", CompletionCommand::new);
        commands.put("version", VersionCommand::new);
        return commands;
    }

    private static CommandLine withExamples(String name, Supplier<Object> command) {
        CommandLine one = new CommandLine(command.get());
        Examples.addTo(name, one);
        return one;
    }

    /** Only the commands that the line may name, for a quick start; all of them when it names none, or asks for their list. */
    private static void addCommands(CommandLine commandLine, Set<String> arguments) {
        boolean all = arguments.contains("completion") || Collections.disjoint(COMMANDS.keySet(), arguments);
        COMMANDS.forEach((name, command) -> {
            if (all || arguments.contains(name)) {
                commandLine.addSubcommand(name, withExamples(name, command));
            }
        });
    }

    private static int onUsageError(ParameterException exception, String[] arguments) {
        CommandLine line = exception.getCommandLine();
        String message = String.valueOf(exception.getMessage());
        line.getErr()
                .println("carpctl: " + Character.toLowerCase(message.charAt(0)) + message.substring(1)
                        + suggestion(exception));
        line.getErr().println(line.getCommandSpec().qualifiedName() + " --help tells more");
        return isCheck(line) ? toldUnknown(line, message) : ExitStatus.USAGE;
    }

    /** A monitoring system reads what is printed, and takes the statuses 1 and 2 for a warning and worse. */
    private static int toldUnknown(CommandLine check, String why) {
        CheckVerdict verdict = CheckVerdict.unknown(why);
        check.getOut().println(verdict.line());
        return verdict.level().exitStatus();
    }

    private static boolean isCheck(CommandLine line) {
        return line.getCommand() instanceof CheckCommand;
    }

    private static String suggestion(ParameterException exception) {
        return exception instanceof UnmatchedArgumentException unmatched
                        && !unmatched.getSuggestions().isEmpty()
                ? "; did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?"
                : "";
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }

    String socket() {
        return socket;
    }

    /** Whether a daemon takes connections on the socket. */
    boolean hasDaemon() {
        return ControlClient.isAnswered(socket);
    }

    /** Asks the daemon, and prints its answer. */
    int ask(Request.Builder request) {
        return ask(request, out);
    }

    /** The same, with the answer printed elsewhere. */
    int ask(Request.Builder request, PrintStream answer) {
        return ask(request, answer, err);
    }

    /** The same, with the answer and what is wrong printed elsewhere. */
    int ask(Request.Builder request, PrintStream answer, PrintStream complaints) {
        return new ControlClient(socket, answer, complaints).ask(request.build());
    }

    /** Asks for what fits the terminal, in colours where they are welcome. */
    int askForScreen(Request.Builder request) {
        return askForScreen(request, out);
    }

    /** The same, with the answer and every complaint printed elsewhere, to be shown there. */
    int askForScreen(Request.Builder request, PrintStream page) {
        if (Tty.isOutput()) {
            request.setColumns(Tty.size().columns()).setColour(Tty.isColoured(System.getenv()));
        }
        return new ControlClient(socket, page, page == out ? err : page).ask(request.build());
    }
}
