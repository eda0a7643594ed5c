// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.Prerequisites;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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

    @Override
    public Integer call() {
        Prerequisites.require();
        Progress progress = new Progress(out, Progress.onTerminal(), System.nanoTime());
        try (Lab lab = Lab.open()) {
            try {
                Scenario scenario = new Scenario(lab, true, web, progress);
                if (web || pcap != null) {
                    stay(lab, scenario, progress);
                } else {
                    scenario.start();
                }
            } finally {
                lab.sleepIfRemovedAtExit();
            }
            lab.keep();
            progress.text(KeptLab.words(lab));
        }
        return 0;
    }

    /** Until Ctrl-C ends this process, and the lab with it. */
    private void stay(Lab lab, Scenario scenario, Progress progress) {
        try (Captures captures = Captures.begin(scenario.topology(), pcap);
                WebWindows windows = web ? WebWindows.open(List.of(scenario.master(), scenario.standby())) : null) {
            scenario.start();
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
