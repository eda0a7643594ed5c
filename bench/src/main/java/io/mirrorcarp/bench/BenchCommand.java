// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mirrorcarp.bench.bed.OtherWork;
import io.mirrorcarp.bench.measure.Campaign;
import io.mirrorcarp.bench.measure.Effort;
import io.mirrorcarp.bench.measure.Progress;
import io.mirrorcarp.bench.report.JsonReport;
import io.mirrorcarp.bench.report.Picture;
import io.mirrorcarp.bench.report.Result;
import io.mirrorcarp.bench.report.TextTable;
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
import java.util.Set;
import java.util.concurrent.Callable;
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

    private final PrintStream out;
    private final PrintStream err;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            paramLabel = "NAME",
            description = "What to measure; everything without a name. --list tells the names.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--list", description = "List the names and what they measure.")
    private boolean list;

    @Option(names = "--quick", description = "Short runs: to see whether it works, not for figures.")
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
        requireGap();
        if (plot != null) {
            requirePicture(plot);
        }
        if (list) {
            Catalogue.ALL.forEach(measurement ->
                    out.printf("%-24s %s%n", String.join(" ", measurement.names()), measurement.summary()));
            return 0;
        }
        Prerequisites.require();
        Campaign campaign = new Campaign(effort(), new Progress(err));
        double otherWork = otherWork(campaign);
        Round round = new Round(Catalogue.ALL, campaign, this::show);
        round.make(wanted);
        if (json) {
            out.println(JsonReport.of(round.results(), round.failures(), quick, otherWork));
        }
        if (plot != null) {
            Files.writeString(plot, Picture.of(round.results(), plot));
        }
        round.failures().forEach(failure -> err.println("bench: " + failure));
        return round.failures().isEmpty() ? 0 : 1;
    }

    private Effort effort() {
        return (quick ? Effort.QUICK : Effort.FULL).withGap(Duration.ofNanos(Math.round(gapMillis * 1e6)));
    }

    private void requireGap() {
        if (!(gapMillis >= 0.05 && gapMillis <= 1000)) {
            throw new ParameterException(spec.commandLine(), "--gap: from 0.05 to 1000 ms");
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
