// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import io.mirrorcarp.lab.drill.Drill;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.Prerequisites;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lab run}: the run with replication, then the control run without it. */
@Command(
        name = "run",
        description =
                "Take the master down midway through a download, bring it back, and tell what became of the connections.")
final class RunCommand implements Callable<Integer> {
    private static final int MAX_DOWNLOADS = 200;

    private final PrintStream out;
    private final PrintStream err;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--how",
            paramLabel = "power|stop|link|maintenance",
            description =
                    "How the master goes: loses power (default), gets SIGTERM, loses its LAN cable, or is put into maintenance.")
    private Failure how = Failure.POWER;

    @Option(names = "--json", description = "One JSON object on standard output, everything else on standard error.")
    private boolean json;

    @Option(names = "--keep", description = "Leave the network up and tell how to enter it.")
    private boolean keep;

    @Option(names = "--one-way", description = "End when the standby has taken over: the master does not come back.")
    private boolean oneWay;

    @Option(names = "--downloads", paramLabel = "N", description = "Parallel downloads, 1 to 200 (default 1).")
    private int downloads = 1;

    @Option(
            names = "--web",
            description =
                    "Show the web pages of both firewalls on this machine's loopback device. On a terminal it waits for Enter before the failure and at the end.")
    private boolean web;

    @Option(
            names = "--pcap",
            paramLabel = "DIR",
            description = "Capture each segment into DIR: lan.pcap, wan.pcap, sync.pcap.")
    private @Nullable Path pcap;

    @Parameters(
            paramLabel = "SCENARIO",
            arity = "0..1",
            description =
                    "In place of the download: udp, ipv6, ftp, bulk, flap, two-masters, active-active, nodes=4 or spread.")
    private String scenarioName = "";

    @Option(
            names = "--nodes",
            paramLabel = "4",
            description = "The same as the scenario spread: so many firewalls that all work.")
    private int nodes = 2;

    RunCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        if (downloads < 1 || downloads > MAX_DOWNLOADS) {
            throw new ParameterException(spec.commandLine(), "--downloads: from 1 to " + MAX_DOWNLOADS);
        }
        Optional<Drill> drill = drill();
        Prerequisites.require();
        boolean terminal = !json && Progress.onTerminal();
        Progress progress = new Progress(json ? err : out, terminal, System.nanoTime());
        if (drill.isPresent()) {
            return run(drill.get(), progress);
        }
        progress.text(Picture.TOPOLOGY);
        LabReport report = report(progress);
        progress.text(ReportText.of(report));
        if (json) {
            out.println(ReportJson.of(report));
        }
        return report.problem().isEmpty() ? 0 : 1;
    }

    /** Empty for the download. */
    private Optional<Drill> drill() {
        if (nodes != 2 && nodes != Drill.MOST_NODES) {
            throw new ParameterException(spec.commandLine(), "--nodes: 2 or " + Drill.MOST_NODES);
        }
        String name = nodes == 2 ? scenarioName : Drill.SPREAD.label();
        if (name.isEmpty()) {
            return Optional.empty();
        }
        if (!scenarioName.isEmpty() && !scenarioName.equals(name)) {
            throw new ParameterException(spec.commandLine(), "--nodes goes with no other scenario");
        }
        for (String option : List.of("--how", "--one-way", "--downloads")) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new ParameterException(
                        spec.commandLine(), option + " goes with the download, not with a scenario");
            }
        }
        return Optional.of(Drill.ofLabel(name)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "there is no scenario " + name + ": there is " + String.join(", ", Drill.labels()))));
    }

    private int run(Drill drill, Progress progress) {
        DrillRun run = new DrillRun(drill, web, pcap, keep, progress);
        boolean passed = run.run();
        if (json) {
            out.println(run.json());
        }
        return passed ? 0 : 1;
    }

    private LabReport report(Progress progress) {
        RunOutcome run = null;
        RunOutcome control = null;
        try {
            run = run(true, keep, progress);
            if (Verdict.ofRun(how, run).isEmpty()) {
                progress.step(System.nanoTime(), "control run: the same with pfsync off, the connection must die");
                control = run(false, false, progress);
            }
            return new LabReport(how, run, control, null);
        } catch (LabException e) {
            return new LabReport(how, run, control, e.reason());
        }
    }

    private RunOutcome run(boolean pfsync, boolean keepAfter, Progress progress) {
        try (Lab lab = Lab.open()) {
            Scenario scenario = null;
            boolean shown = web && pfsync;
            try {
                scenario = new Scenario(lab, pfsync, shown, progress);
                if (shown || (pcap != null && pfsync)) {
                    return runSeen(scenario, shown, progress);
                }
                scenario.start();
                RunOutcome outcome = scenario.run(how, downloads, pfsync && !oneWay, new SecureRandom());
                showLogs(scenario, outcome, progress);
                return outcome;
            } finally {
                lab.sleepIfRemovedAtExit();
                if (keepAfter) {
                    keep(lab, scenario, progress);
                }
            }
        }
    }

    /** The same, for those who look on. */
    private RunOutcome runSeen(Scenario scenario, boolean shown, Progress progress) {
        try (Captures captures = Captures.begin(scenario.topology(), pcap);
                WebWindows windows = shown ? WebWindows.open(List.of(scenario.master(), scenario.standby())) : null) {
            scenario.start();
            progress.text(captures.words());
            if (windows != null) {
                progress.text("\nThe web pages, here:\n" + windows.words());
                progress.awaitEnter("Open them, then press Enter: the master of the pair goes five seconds later.");
            }
            RunOutcome outcome = scenario.run(how, downloads, !oneWay, new SecureRandom());
            showLogs(scenario, outcome, progress);
            if (windows != null) {
                progress.awaitEnter("Look at Events, then press Enter: the lab goes.");
            }
            return outcome;
        }
    }

    private void showLogs(Scenario scenario, RunOutcome outcome, Progress progress) {
        Optional<String> problem = outcome.pfsync() ? Verdict.ofRun(how, outcome) : Verdict.ofControl(outcome);
        if (problem.isPresent()) {
            progress.text("\nlog of fw-a\n" + scenario.master().carpd().log());
            progress.text("\nlog of fw-b\n" + scenario.standby().carpd().log());
        }
    }

    private void keep(Lab lab, @Nullable Scenario scenario, Progress progress) {
        lab.keep();
        if (scenario != null) {
            scenario.repairUnlessDone(how);
            progress.text(KeptLab.words(lab));
        }
    }
}
