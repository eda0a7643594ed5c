// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import io.mirrorcarp.lab.net.Leftovers;
import io.mirrorcarp.lab.net.Prerequisites;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code lab status}: the labs on this machine. */
@Command(name = "status", description = "List the labs on this machine.")
final class StatusCommand implements Callable<Integer> {
    private final PrintStream out;

    StatusCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        Prerequisites.require();
        List<Leftovers.Standing> labs = Leftovers.list();
        if (labs.isEmpty()) {
            out.println("no lab");
        }
        for (Leftovers.Standing lab : labs) {
            out.println(lab.id() + "  " + lab.condition().name().toLowerCase(Locale.ROOT) + "  "
                    + String.join(" ", lab.namespaces()));
        }
        return 0;
    }
}
