// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.control.ExitStatus;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command whose feature comes later. Not in the help. */
@Command(hidden = true)
final class NotThereYet implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        return refuse(spec.commandLine().getErr(), spec.name());
    }

    static int refuse(PrintWriter err, String command) {
        err.println("carpctl " + command + ": not there yet");
        return ExitStatus.FAILED;
    }
}
