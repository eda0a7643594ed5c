// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import io.mirrorcarp.lab.drill.Drill;
import io.mirrorcarp.lab.drill.Stage;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.Prerequisites;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lab up}: builds the network, starts both firewalls and leaves them. */
@Command(name = "up", description = "Build the network, start both firewalls and leave them up.")
final class UpCommand implements Callable<Integer> {
    private final PrintStream out;

    UpCommand(PrintStream out) {
        this.out = out;
    }

    @Option(
            names = "--web",
            description =
                    "Show the web pages of both firewalls on this machine's loopback device, until Ctrl-C; the lab goes then.")
    private boolean web;

    @Option(
            names = "--pcap",
            paramLabel = "DIR",
            description = "Capture each segment into DIR, until Ctrl-C; the lab goes then.")
    private @Nullable Path pcap;

    @Parameters(
            paramLabel = "SCENARIO",
            arity = "0..1",
            description = "The network of a scenario of lab run; of active-active and nodes=4 it is another one.")
    private String scenarioName = "";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        Drill drill = drill();
        Prerequisites.require();
        Progress progress = new Progress(out, Progress.onTerminal(), System.nanoTime());
        try (Lab lab = Lab.open()) {
            try {
                Stage stage = new Stage(
                        lab,
                        drill,
                        true,
                        web ? WebWindows.INSIDE : "",
                        words -> progress.step(System.nanoTime(), words));
                if (web || pcap != null) {
                    stay(lab, drill, stage, progress);
                } else {
                    drill.stand(stage);
                }
            } finally {
                lab.sleepIfRemovedAtExit();
            }
            lab.keep();
            progress.text(KeptLab.words(lab));
        }
        return 0;
    }

    /** Without a scenario, the network of those with two firewalls. */
    private Drill drill() {
        return Drill.ofLabel(scenarioName.isEmpty() ? Drill.UDP.label() : scenarioName)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "there is no scenario " + scenarioName + ": there is " + String.join(", ", Drill.labels())));
    }

    /** Until Ctrl-C ends this process, and the lab with it. */
    private void stay(Lab lab, Drill drill, Stage stage, Progress progress) {
        try (Captures captures = Captures.begin(stage.topology(), pcap);
                WebWindows windows = web ? WebWindows.open(stage.firewalls()) : null) {
            drill.stand(stage);
            lab.offer();
            progress.text(captures.words());
            if (windows != null) {
                progress.text("\nThe web pages, here:\n" + windows.words());
            }
            progress.text(KeptLab.look(lab) + "Ctrl-C ends it and removes the lab.\n");
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
