// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.lab.LabCommand;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Unmatched;

/** The way into the lab, which has a command line of its own. Its classes are loaded only for it. */
@Command(
        name = "lab",
        description = "Two firewalls, a client and a server in namespaces of this machine: run, up, down, status.")
final class LabEntry implements Callable<Integer> {
    @ParentCommand
    private Carpctl carpctl;

    @Unmatched
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() {
        return run(arguments, carpctl.out(), carpctl.err());
    }

    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        return LabCommand.run(arguments, out, err);
    }
}
