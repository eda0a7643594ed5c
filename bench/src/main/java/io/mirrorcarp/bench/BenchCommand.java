// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mirrorcarp.bench.bed.OtherWork;
import io.mirrorcarp.bench.bed.Stillness;
import io.mirrorcarp.bench.measure.Campaign;
import io.mirrorcarp.bench.measure.Effort;
import io.mirrorcarp.bench.measure.Progress;
import io.mirrorcarp.bench.report.JsonReport;
import io.mirrorcarp.bench.report.Picture;
import io.mirrorcarp.bench.report.Result;
import io.mirrorcarp.bench.report.TextTable;
import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.Prerequisites;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bin/bench}: chooses measurements, runs them one after the other, and shows what they found. */
@Command(
        name = "bench",
        description =
                "Measures carpd beside conntrackd, keepalived and ucarp on this machine, in network namespaces. Needs root.",
        sortOptions = false,
        footer = {"", "Exit status: 0 measured, 1 failed, 2 usage. A target that is not met is no failure."})
public final class BenchCommand implements Callable<Integer> {
    private static final double BUSY_PERCENT = 5;
    private static final int MOST_ROUNDS = 21;

    private final PrintStream out;
    private final PrintStream err;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            paramLabel = "NAME",
            description =
                    "What to measure; --list tells the names. Without a name those that it marks, in brief, which takes some 15 minutes.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--list", description = "List the names and what they measure.")
    private boolean list;

    @Option(names = "--all", description = "Everything; it takes an hour.")
    private boolean all;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often the systems take turns, 1 to 21 (default 2).")
    private int rounds = 2;

    @Option(
            names = "--quick",
            description = "One short round, disturbed or not: to see whether it works, not for figures.")
    private boolean quick;

    @Option(
            names = "--gap",
            paramLabel = "MS",
            description = "Milliseconds between two packets of a handshake, 0.05 to 1000 (default 10).")
    private double gapMillis = 10;

    @Option(names = "--json", description = "One JSON object on standard output instead of tables.")
    private boolean json;

    @Option(names = "--plot", paramLabel = "FILE", description = "Draw a picture too: FILE.svg or FILE.html.")
    private @Nullable Path plot;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    private BenchCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs a command line; the exit status. */
    static int run(PrintStream out, PrintStream err, String... arguments) {
        return new CommandLine(new BenchCommand(out, err))
                .setOut(new PrintWriter(out, true, UTF_8))
                .setErr(new PrintWriter(err, true, UTF_8))
                .setParameterExceptionHandler((exception, ignored) -> {
                    err.println("bench: " + exception.getMessage());
                    err.println("bench --help tells more");
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((exception, command, ignored) -> {
                    if (exception instanceof LabException failure) {
                        err.println("bench: " + failure.reason());
                        return CommandLine.ExitCode.SOFTWARE;
                    }
                    throw exception;
                })
                .execute(arguments);
    }

    @Override
    public Integer call() throws IOException {
        Set<String> wanted = wanted();
        requireLimits();
        if (plot != null) {
            requirePicture(plot);
        }
        if (list) {
            Catalogue.ALL.forEach(measurement -> out.printf(
                    "%s %-22s %s%n",
                    Catalogue.BY_DEFAULT.contains(measurement) ? "*" : " ",
                    String.join(" ", measurement.names()),
                    measurement.summary()));
            return 0;
        }
        Prerequisites.require();
        requireArchive();
        Campaign campaign = new Campaign(effort(), new Progress(err));
        double otherWork = otherWork(campaign);
        Rounds made = new Rounds(Catalogue.ALL, campaign, quick ? 1 : rounds, watch(), this::show);
        made.make(wanted);
        if (json) {
            out.println(JsonReport.of(made.results(), made.failures(), quick, otherWork));
        }
        if (plot != null) {
            Files.writeString(plot, Picture.of(made.results(), plot));
        }
        made.failures().forEach(failure -> err.println("bench: " + failure));
        return made.failures().isEmpty() ? 0 : 1;
    }

    private Function<Runnable, Optional<String>> watch() {
        if (quick) {
            return round -> {
                round.run();
                return Optional.empty();
            };
        }
        return Stillness.ofThisMachine()::during;
    }

    private Effort effort() {
        Effort effort = (quick ? Effort.QUICK : Effort.FULL).withGap(Duration.ofNanos(Math.round(gapMillis * 1e6)));
        return names.isEmpty() && !all ? effort.inBrief() : effort;
    }

    private void requireLimits() {
        if (rounds < 1 || rounds > MOST_ROUNDS) {
            throw new ParameterException(spec.commandLine(), "--rounds: from 1 to " + MOST_ROUNDS);
        }
        if (!(gapMillis >= 0.05 && gapMillis <= 1000)) {
            throw new ParameterException(spec.commandLine(), "--gap: from 0.05 to 1000 ms");
        }
    }

    /** Without the archive of its classes carpd takes twice the time to start, and compiles for longer. */
    private void requireArchive() {
        Path archive = Checkout.home().resolve("daemon/target/carpd.jsa");
        if (!quick && !Files.isRegularFile(archive)) {
            throw new LabException("there is no " + archive + ", so carpd's figures would be too bad;"
                    + " carpd.rehearsal beside it tells why, and a new build makes it");
        }
    }

    private void requirePicture(Path file) {
        if (!Picture.hasKnownFormat(file)) {
            throw new ParameterException(spec.commandLine(), "--plot: a picture is FILE.svg or FILE.html, not " + file);
        }
    }

    private Set<String> wanted() {
        Set<String> known = new LinkedHashSet<>();
        Catalogue.ALL.forEach(measurement -> known.addAll(measurement.names()));
        for (String name : names) {
            if (!known.contains(name)) {
                throw new ParameterException(
                        spec.commandLine(), "no measurement " + name + "; there are " + String.join(", ", known));
            }
        }
        if (names.isEmpty() && !all) {
            known.retainAll(Catalogue.BY_DEFAULT.stream()
                    .flatMap(measurement -> measurement.names().stream())
                    .toList());
        }
        return names.isEmpty() ? known : new LinkedHashSet<>(names);
    }

    private static double otherWork(Campaign campaign) {
        double percent = OtherWork.percent();
        if (percent > BUSY_PERCENT) {
            campaign.progress()
                    .step("other programs keep the processors busy to %.0f %%: stop them for figures that can be told"
                            .formatted(percent));
        }
        return percent;
    }

    private void show(Result result) {
        if (!json) {
            out.println();
            out.print(TextTable.of(result));
            out.flush();
        }
    }
}
