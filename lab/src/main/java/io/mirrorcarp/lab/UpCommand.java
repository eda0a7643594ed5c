// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.Prerequisites;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code lab up}: builds the network, starts both firewalls and leaves them. */
@Command(name = "up", description = "Build the network, start both firewalls and leave them up.")
final class UpCommand implements Callable<Integer> {
    private final PrintStream out;

    UpCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        Prerequisites.require();
        Progress progress = new Progress(out, Progress.onTerminal(), System.nanoTime());
        try (Lab lab = Lab.open()) {
            try {
                new Scenario(lab, true, progress).start();
            } finally {
                lab.sleepIfRemovedAtExit();
            }
            lab.keep();
            progress.text(KeptLab.words(lab));
        }
        return 0;
    }
}
