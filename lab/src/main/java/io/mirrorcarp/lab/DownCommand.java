// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.Leftovers;
import io.mirrorcarp.lab.net.Prerequisites;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code lab down}: removes labs that no living process uses. */
@Command(name = "down", description = "Remove labs that were kept, or whose process was killed; never one in use.")
final class DownCommand implements Callable<Integer> {
    private final PrintStream out;

    @Parameters(paramLabel = "ID", description = "Only these; see lab status.")
    private List<String> ids = new ArrayList<>();

    DownCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        Prerequisites.require();
        if (ids.isEmpty()) {
            List<String> removed = Leftovers.removeAll();
            removed.forEach(id -> out.println("removed " + id));
            if (removed.isEmpty()) {
                out.println("nothing to remove");
            }
            return 0;
        }
        for (String id : ids) {
            if (!Leftovers.remove(id)) {
                throw new LabException(id + ": no such lab, or in use");
            }
            out.println("removed " + id);
        }
        return 0;
    }
}
